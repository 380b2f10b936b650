import Domain
import Foundation
import GRDB

/// Writes passages to a snapshot and reads them back.
enum PassageStore {
    /// Parts the manual's title and headings in one indexed column; no manual contains it, importers strip it.
    static let contextSeparator = "\u{1F}"

    static let columns = """
        passage.key, passage.kind, passage.page, passage.context, passage.title, passage.text, passage.codes,
        passage.remedies, passage.escalation, passage.safety, passage.layout, manual.file, manual.title AS manual_title,
        manual.revision, manual.machine_model, manual.language
        """

    /// Writes a manual's passages in the order of the document; what is withheld, and was not accepted before, keeps its
    /// place free.
    ///
    /// - Returns: how many rows are withheld.
    static func insert(
        _ drafts: [PassageDraft], manual: ManualRevision, manualID: Int64, into database: Database
    ) throws -> Int {
        let writer = try PassageWriter(manual: manual, manualID: manualID, database: database)
        let accepted = try WithheldStore.acceptedHashes(in: database)
        var passageID = try WithheldStore.lastPassageID(in: database)
        var withheld = 0
        for draft in drafts {
            passageID += 1
            let hash = draft.withheldFor.isEmpty ? "" : WithheldStore.hash(of: draft, manual: manual)
            if draft.withheldFor.isEmpty || accepted.contains(hash) {
                try writer.write(draft, id: passageID)
            } else {
                try WithheldStore.insert(
                    draft, id: passageID, hash: hash, manual: manual, manualID: manualID, into: database)
                withheld += 1
            }
        }
        return withheld
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
