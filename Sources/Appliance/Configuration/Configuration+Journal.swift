import Foundation
import Ingestion
import Journal

extension Configuration {
    /// What the journal keeps, and what it keeps free.
    public struct JournalSettings: Sendable, Hashable {
        public var retention = RetentionRules(keepDays: 400, maxBytes: 8 << 30)
        /// Events are refused while less is free on the volume.
        public var reserveBytes = 64 << 20
        /// An incident that nobody has touched for so many days is closed by the program; nil leaves it open.
        public var closeAfterDays: Double?
        /// Takes what is deleted; nil is `exports` in the data directory.
        public var exportFolder: String?

        public init() {}

        init(yaml map: StrictYAMLMap) throws {
            if let days = try map.integer("keep_days", in: 1...36_500) { retention.keepDays = Double(days) }
            if let size = try map.integer("max_mib", in: 16...1_048_576) { retention.maxBytes = size << 20 }
            if let reserve = try map.integer("reserve_mib", in: 0...1_048_576) { reserveBytes = reserve << 20 }
            closeAfterDays = try map.integer("close_after_days", in: 1...36_500).map(Double.init)
            exportFolder = try map.string("export_to")
            try map.finish()
        }
    }
}
