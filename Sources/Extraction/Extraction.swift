import ConstrainedDecoding

/// What a document gave.
public struct Extraction: Sendable, Hashable {
    /// The line of the input that the document begins on, from 1.
    public let line: Int
    public let outcome: Outcome

    public enum Outcome: Sendable, Hashable {
        case record(ExtractedRecord)
        /// Why there is none.
        case failed(String)
    }
}

/// A record of a task's schema.
public struct ExtractedRecord: Sendable, Hashable {
    public let json: JSONValue
    /// JSON pointers of verbatim fields that were not words of the document, and are null therefore.
    public let notVerbatim: [String]
    /// Whether the record was cut at the task's limit of tokens and then closed to a document of the schema.
    public let isTruncated: Bool
}

extension Extraction {
    /// The record alone as one line of JSON, `null` where there is none.
    public var recordLine: String { Self.line(record?.json ?? .null) }

    /// The record with all that is known of it, as one line of JSON.
    public var detailedLine: String {
        var members = [
            JSONValue.Member(key: "line", value: .number("\(line)")),
            JSONValue.Member(key: "record", value: record?.json ?? .null),
        ]
        switch outcome {
        case .record(let record):
            let pointers = record.notVerbatim.map(JSONValue.string)
            members.append(JSONValue.Member(key: "not_verbatim", value: .array(pointers)))
            members.append(JSONValue.Member(key: "truncated", value: .bool(record.isTruncated)))
        case .failed(let reason): members.append(JSONValue.Member(key: "error", value: .string(reason)))
        }
        return Self.line(.object(members))
    }

    /// What a person should know of the record, a line each.
    public var notes: [String] {
        switch outcome {
        case .record(let record):
            let flags = record.notVerbatim.map { "line \(line): \($0) is not in the input, so it is null" }
            return flags + (record.isTruncated ? ["line \(line): the record was cut short and closed"] : [])
        case .failed(let reason): return ["line \(line): no record: \(reason)"]
        }
    }

    private var record: ExtractedRecord? {
        if case .record(let record) = outcome { record } else { nil }
    }

    private static func line(_ value: JSONValue) -> String { String(decoding: value.compactBytes, as: UTF8.self) }
}
