import Domain
import Foundation
import GRDB

/// Looks codes up in a snapshot's B-tree, for one machine model or all.
struct CodeIndex {
    /// A code as some machine model owns it.
    struct Owner: Hashable {
        let modelKey: String
        let normalized: String
        let role: CodeRole
    }

    let database: Database
    let modelKey: String?
    /// Whether codes are also looked up among the rows that are withheld: they are known, though nothing answers for them.
    let includesWithheld: Bool
    /// Of the machine model; empty without one, since only a machine's own forms may be assumed of it.
    let forms: CodeForms
    private let prefixes: [String]

    init(
        database: Database, machineModel: MachineModel?, forms: [String: CodeForms], includesWithheld: Bool = false
    ) {
        self.database = database
        self.includesWithheld = includesWithheld
        modelKey = machineModel.map(ModelKey.key)
        self.forms = modelKey.flatMap { forms[$0] } ?? CodeForms()
        prefixes = self.forms.prefixes.map(FaultCode.normalize)
    }

    /// The code as written in the manual, letter for letter.
    func owners(ofExact normalized: String) throws -> [Owner] {
        try owners(where: "normalized = ? AND role = \(CodeRole.answers.rawValue)", [normalized])
    }

    /// The code behind words that only announce it: `ALM P101`, `警報AL-12`.
    func owners(ofAnnounced code: FaultCode) throws -> [Owner] {
        for form in CodeKeys.withoutAnnouncements(code.normalized, prefixes: prefixes).dropFirst() {
            let owners = try owners(ofExact: form)
            if !owners.isEmpty { return owners }
        }
        return []
    }

    /// Codes that differ in leading zeros, in an announcing word or in how the number is written, of the models where
    /// exactly one code does.
    ///
    /// A number alone says nothing without its machine: `12` may be `AL-12` of any of them.
    func owners(ofVariantOf code: FaultCode) throws -> [Owner] {
        var all: [Owner] = []
        for form in CodeKeys.withoutAnnouncements(code.normalized, prefixes: prefixes) {
            let variant = CodeKeys.withoutZeros(form)
            all += try owners(where: "variant = ? AND role = \(CodeRole.answers.rawValue)", [variant])
            guard modelKey != nil else { continue }
            if variant.allSatisfy(\.isNumber) {
                all += try owners(where: "bare = ? AND role = \(CodeRole.answers.rawValue)", [variant])
            }
            if let format = forms.numberFormat,
                let formatted = CodeKeys.formatted(form == code.normalized ? code.written : form, by: format)
            {
                all += try owners(ofExact: formatted)
            }
        }
        return Dictionary(grouping: all, by: \.modelKey).values.map(Set.init).filter { $0.count == 1 }.flatMap { $0 }
            .sorted { $0.modelKey < $1.modelKey }
    }

    /// The narrowest family of each model that covers the code.
    func owners(ofFamilyOf code: FaultCode) throws -> [Owner] {
        var narrowest: [String: Owner] = [:]
        for form in CodeKeys.withoutAnnouncements(code.normalized, prefixes: prefixes) {
            for pattern in CodeFamily.patterns(covering: form) {
                for owner in try owners(where: "normalized = ? AND role = \(CodeRole.family.rawValue)", [pattern])
                where narrowest[owner.modelKey] == nil {
                    narrowest[owner.modelKey] = owner
                }
            }
        }
        return narrowest.values.sorted { $0.modelKey < $1.modelKey }
    }

    /// Which of these codes exist, as they are or but for leading zeros.
    func owners(ofAny codes: [String]) throws -> [Owner] {
        let list = String(decoding: try JSONEncoder().encode(codes), as: UTF8.self)
        let condition = "role = \(CodeRole.answers.rawValue)"
        return try owners(where: "normalized IN (SELECT value FROM json_each(?)) AND \(condition)", [list])
            + owners(where: "variant IN (SELECT value FROM json_each(?)) AND \(condition)", [list])
    }

    /// Whether some code has these letters and then a digit: then a word of that form in a log is likely a code.
    func knowsForm(letters: String) throws -> Bool {
        !(try owners(
            where: "normalized >= ? AND normalized < ? AND role = \(CodeRole.answers.rawValue)",
            [letters + "0", letters + ":"], limit: 1)).isEmpty
    }

    /// The passages of an owner's code, fault rows before sections, in the order of the manual.
    func passages(of owner: Owner, role: CodeRole) throws -> [Passage] {
        let sql = """
            SELECT \(PassageStore.columns) FROM passage_code JOIN passage ON passage.id = passage_id
            JOIN manual ON manual.id = manual_id
            WHERE normalized = ? AND model_key = ? AND role = ? ORDER BY passage.kind, passage.id LIMIT ?
            """
        return try Row.fetchAll(
            database.cachedStatement(sql: sql),
            // Each record is another cause of the fault, and a mention only says more.
            arguments: [owner.normalized, owner.modelKey, role.rawValue, role == .mention ? 16 : 256]
        ).map(PassageStore.passage(from:))
    }

    /// The withheld rows of an owner's code.
    func withheldRows(of owner: Owner) throws -> [WithheldStore.Stored] {
        guard includesWithheld else { return [] }
        return try WithheldStore.found(
            in: database,
            where: """
                passage_id IN (SELECT passage_id FROM withheld_code
                    WHERE normalized = ? AND model_key = ? AND role = \(owner.role.rawValue) LIMIT 16)
                """, [owner.normalized, owner.modelKey])
    }

    private func owners(where condition: String, _ values: [String], limit: Int = 1_000) throws -> [Owner] {
        var arguments = values
        var condition = condition
        if let modelKey {
            condition += " AND model_key = ?"
            arguments.append(modelKey)
        }
        let tables = includesWithheld ? ["passage_code", "withheld_code"] : ["passage_code"]
        let selections = tables.map { "SELECT DISTINCT normalized, model_key, role FROM \($0) WHERE \(condition)" }
        let sql = selections.joined(separator: " UNION ") + " ORDER BY model_key, normalized LIMIT \(limit)"
        return try Row.fetchAll(
            database.cachedStatement(sql: sql),
            arguments: StatementArguments(tables.flatMap { _ in arguments })
        ).map { row in
            Owner(
                modelKey: row["model_key"], normalized: row["normalized"],
                role: CodeRole(rawValue: row["role"]) ?? .answers)
        }
    }
}
