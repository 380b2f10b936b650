import Crypto
import Domain
import Foundation
import GRDB

/// Writes passages of one manual with their codes.
final class PassageWriter {
    private let manual: ManualRevision
    private let manualID: Int64
    private let modelKey: String
    private let insertPassage: Statement
    private let insertCode: Statement
    /// How often the same words stood at the same place before.
    private var occurrences: [String: Int] = [:]
    /// An import encodes five values a passage.
    private let encoder = JSONEncoder()

    init(manual: ManualRevision, manualID: Int64, database: Database) throws {
        self.manual = manual
        self.manualID = manualID
        modelKey = ModelKey.key(manual.machineModel)
        insertPassage = try database.makeStatement(
            sql: """
                INSERT INTO passage (id, key, manual_id, kind, page, model_term, context, title, text, codes, remedies,
                    escalation, safety, layout) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        insertCode = try database.makeStatement(
            sql: """
                INSERT OR IGNORE INTO passage_code (normalized, model_key, role, passage_id, variant, bare, written)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
    }

    func write(_ draft: PassageDraft, id: Int64) throws {
        let content = PassageWriter.identity(of: draft, manual: manual)
        let occurrence = occurrences[content, default: 0]
        occurrences[content] = occurrence + 1
        try insertPassage.execute(arguments: [
            id, PassageWriter.digest("\(content)\(PassageStore.contextSeparator)\(occurrence)"), manualID,
            draft.kind.rawValue, draft.page, ModelKey.term(manual.machineModel),
            ([manual.title] + draft.heading).joined(separator: PassageStore.contextSeparator), draft.title, draft.text,
            try json(draft.codes), try json(draft.remedies), draft.escalation, try json(draft.safety),
            try json(draft.layout),
        ])
        for entry in CodeEntry.entries(of: draft) {
            try insertCode.execute(arguments: [
                entry.normalized, modelKey, entry.role.rawValue, id, entry.variant, entry.bare, entry.written,
            ])
        }
    }

    /// What makes a passage the same one across imports: its place and its words.
    static func identity(of draft: PassageDraft, manual: ManualRevision) -> String {
        let parts =
            [manual.file, ModelKey.key(manual.machineModel), draft.kind.rawValue] + draft.heading
            + draft.codes.map(\.normalized) + [draft.text]
        return parts.joined(separator: PassageStore.contextSeparator)
    }

    static func digest(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(12).hexadecimal
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
