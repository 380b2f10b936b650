import Domain

/// What an import did, for people and programs.
public struct ImportReport: Codable, Sendable, Hashable {
    public enum Outcome: String, Codable, Sendable { case added, updated, unchanged }

    public struct Manual: Codable, Sendable, Hashable {
        public let file: String
        public let title: String
        public let machineModel: MachineModel
        public let language: Language
        public let revision: Int
        public let outcome: Outcome
        public let passages: Int
        public let codes: Int
        public let warnings: [ImportWarning]
        /// What was found on each page that has passages or wants a person's eyes; empty without pages.
        public let pages: [Page]
        /// Rows that count only once a person has looked at them; no part of ``passages``.
        public let withheld: Int

        enum CodingKeys: String, CodingKey {
            case file, title
            case machineModel = "machine_model"
            case language, revision, outcome, passages, codes, warnings, pages, withheld
        }

        /// Pages that could not be read, or not surely.
        public var pagesThatNeedEyes: [Int] { pages.filter(\.needsEyes).map(\.page) }
    }

    /// What was found on one page.
    public struct Page: Codable, Sendable, Hashable {
        public let page: Int
        public let passages: Int
        public let codes: [FaultCode]
        public let isOCR: Bool
        public let needsEyes: Bool

        enum CodingKeys: String, CodingKey {
            case page, passages, codes
            case isOCR = "ocr"
            case needsEyes = "needs_eyes"
        }
    }

    /// Number of the snapshot in use afterwards.
    public let library: Int
    public let manuals: [Manual]
    /// What was wrong with the library that the import found, and mended; nil where nothing was.
    public let recovery: LibraryRecovery?
    /// Symbolic links in the folders given, which were not followed.
    public let unfollowedLinks: [String]

    enum CodingKeys: String, CodingKey {
        case library, manuals, recovery
        case unfollowedLinks = "unfollowed_links"
    }

    init(library: Int, manuals: [Manual], recovery: LibraryRecovery? = nil, unfollowedLinks: [String] = []) {
        self.library = library
        self.manuals = manuals
        self.recovery = recovery
        self.unfollowedLinks = unfollowedLinks
    }

    /// False when every file was imported already: then no snapshot was made.
    public var hasChanges: Bool { manuals.contains { $0.outcome != .unchanged } }
}
