import Foundation
import GRDB

/// One line of an export: an entry of the journal, or what was derived from the entries.
struct ExportLine: Codable {
    /// `event`, `acknowledgement`, … as in the table `entry`; `incident`, `transition`, `group` for what is derived.
    let kind: String
    /// The entry's place; an incident's or group's number.
    let sequence: Int64
    /// Of entries: when they entered the journal, by the clock that never goes back, and by the wall clock, in seconds.
    var steady: Double?
    var wall: Double?
    /// `wall` for people.
    var time: String?
    /// Columns that hold something, by name.
    let fields: [String: ExportValue]
}

/// The first line of an export.
struct ExportHeader: Codable {
    static let currentFormat = 1

    /// Says what the file is.
    let andonJournal: Int
    /// The journal's own random name.
    let journal: String
    /// JSON of the rules that the incidents were folded by from the first entry on, up to an entry of other ones; nil
    /// where nobody gave the journal any.
    let rules: String?

    enum CodingKeys: String, CodingKey {
        case andonJournal = "andon_journal"
        case journal, rules
    }
}

/// A value of a column.
enum ExportValue: Codable {
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes(Data)

    private enum CodingKeys: String, CodingKey { case base64 }

    /// - Returns: nil for NULL.
    init?(_ value: DatabaseValue) {
        switch value.storage {
        case .null: return nil
        case .int64(let integer): self = .integer(integer)
        case .double(let real): self = .real(real)
        case .string(let text): self = .text(text)
        case .blob(let bytes): self = .bytes(bytes)
        }
    }

    init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: CodingKeys.self) {
            self = .bytes(try keyed.decode(Data.self, forKey: .base64))
            return
        }
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let real = try? container.decode(Double.self) {
            self = .real(real)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .bytes(let bytes):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(bytes, forKey: .base64)
        case .integer(let integer): try encode(integer, encoder)
        case .real(let real): try encode(real, encoder)
        case .text(let text): try encode(text, encoder)
        }
    }

    private func encode(_ value: some Encodable, _ encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    var databaseValue: DatabaseValue {
        switch self {
        case .integer(let integer): integer.databaseValue
        case .real(let real): real.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): bytes.databaseValue
        }
    }
}

extension EntryKind {
    /// The table with what an entry of this kind says; nil where there is nothing besides the entry.
    var table: String? {
        switch self {
        case .event, .acknowledgement, .answer, .operation, .approval, .rules: rawValue
        case .timer: nil
        }
    }

    /// The table's columns besides `sequence`, in the schema of this program.
    var columns: [String] {
        switch self {
        case .event:
            [
                "idempotency_key", "source", "topic", "register", "machine", "received_at", "payload",
                "received_byte_count", "unparseable_reason", "code", "message", "severity", "active", "occurred_at",
                "instance",
            ]
        case .acknowledgement: ["incident", "by", "at"]
        case .operation: ["incident", "action", "seconds", "by", "reason", "at"]
        case .answer: ["incident", "recorded_at", "status", "json"]
        case .approval: ["source", "by", "at", "json"]
        case .rules: ["json", "by", "at"]
        case .timer: []
        }
    }
}
