import Crypto
import Domain
import Foundation
import GRDB

/// Writes passages to a snapshot and reads them back.
enum PassageStore {
    /// Parts the manual's title and headings in one indexed column; no manual contains it, importers strip it.
    private static let contextSeparator = "\u{1F}"

    static let columns = """
        passage.key, passage.kind, passage.page, passage.context, passage.title, passage.text, passage.codes,
        passage.remedies, passage.escalation, passage.safety, passage.layout, manual.file, manual.title AS manual_title,
        manual.revision, manual.machine_model, manual.language
        """

    static func insert(
        _ drafts: [PassageDraft], manual: ManualRevision, manualID: Int64, into database: Database
    ) throws {
        let insertPassage = try database.makeStatement(
            sql: """
                INSERT INTO passage (id, key, manual_id, kind, page, model_term, context, title, text, codes, remedies,
                    escalation, safety, layout) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let insertCode = try database.makeStatement(
            sql: """
                INSERT OR IGNORE INTO passage_code (normalized, model_key, role, passage_id, variant, bare, written)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        let modelKey = ModelKey.key(manual.machineModel)
        var passageID = try Int64.fetchOne(database, sql: "SELECT coalesce(max(id), 0) FROM passage") ?? 0
        var occurrences: [String: Int] = [:]
        for draft in drafts {
            let content = identity(of: draft, manual: manual)
            let occurrence = occurrences[content, default: 0]
            occurrences[content] = occurrence + 1
            passageID += 1
            try insertPassage.execute(arguments: [
                passageID, digest("\(content)\(contextSeparator)\(occurrence)"), manualID, draft.kind.rawValue,
                draft.page,
                ModelKey.term(manual.machineModel),
                ([manual.title] + draft.heading).joined(separator: contextSeparator), draft.title, draft.text,
                try json(draft.codes), try json(draft.remedies), draft.escalation, try json(draft.safety),
                try json(draft.layout),
            ])
            for entry in CodeEntry.entries(of: draft) {
                try insertCode.execute(arguments: [
                    entry.normalized, modelKey, entry.role.rawValue, passageID, entry.variant, entry.bare,
                    entry.written,
                ])
            }
        }
    }

    static func passage(from row: Row) throws -> Passage {
        let context: String = row["context"]
        let headings = context.components(separatedBy: contextSeparator).dropFirst()
        return Passage(
            id: row["key"],
            manual: ManualRevision(
                file: row["file"], title: row["manual_title"], revision: row["revision"],
                machineModel: MachineModel(rawValue: row["machine_model"]),
                language: Language(rawValue: row["language"]) ?? .english),
            kind: Passage.Kind(rawValue: row["kind"]) ?? .section,
            page: row["page"], heading: Array(headings), codes: try decoded(row["codes"]), title: row["title"],
            text: row["text"], remedies: try decoded(row["remedies"]), escalation: row["escalation"],
            safety: try decoded(row["safety"]), layout: try decoded(row["layout"]),
            cause: LabelledLine.cause(in: row["text"]))
    }

    /// What makes a passage the same one across imports: its place and its words.
    private static func identity(of draft: PassageDraft, manual: ManualRevision) -> String {
        let parts =
            [manual.file, ModelKey.key(manual.machineModel), draft.kind.rawValue] + draft.heading
            + draft.codes.map(\.normalized) + [draft.text]
        return parts.joined(separator: contextSeparator)
    }

    private static func digest(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(12).hexadecimal
    }

    /// Made once: an import encodes five values a passage.
    private static let encoder = JSONEncoder()

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func decoded<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

/// Forms of a machine model's name for comparing.
enum ModelKey {
    static func key(_ model: MachineModel) -> String {
        model.rawValue.precomposedStringWithCompatibilityMapping.lowercased().trimmed
    }

    /// One word of the full-text index, whatever characters the name has.
    static func term(_ model: MachineModel) -> String {
        "mm" + key(model).utf8.map { String($0, radix: 16) }.joined(separator: "z")
    }
}
