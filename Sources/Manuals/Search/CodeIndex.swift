import Domain
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

    init(database: Database, machineModel: MachineModel?) {
        self.database = database
        modelKey = machineModel.map(ModelKey.key)
    }

    func owns(_ code: FaultCode) throws -> Bool { try !owners(ofExact: code.normalized).isEmpty }

    /// The code as written in the manual, letter for letter.
    func owners(ofExact normalized: String) throws -> [Owner] {
        try owners(where: "normalized = ? AND role = \(CodeRole.answers.rawValue)", [normalized])
    }

    /// Codes that differ in leading zeros only, of the models where exactly one code does.
    func owners(ofVariantOf normalized: String) throws -> [Owner] {
        let all = try owners(
            where: "variant = ? AND role = \(CodeRole.answers.rawValue)", [CodeEntry.variant(of: normalized)])
        return Dictionary(grouping: all, by: \.modelKey).values.filter { $0.count == 1 }.flatMap { $0 }
            .sorted { $0.modelKey < $1.modelKey }
    }

    /// The narrowest family of each model that covers the code.
    func owners(ofFamilyOf normalized: String) throws -> [Owner] {
        var narrowest: [String: Owner] = [:]
        for pattern in CodeFamily.patterns(covering: normalized) {
            for owner in try owners(where: "normalized = ? AND role = \(CodeRole.family.rawValue)", [pattern])
            where narrowest[owner.modelKey] == nil {
                narrowest[owner.modelKey] = owner
            }
        }
        return narrowest.values.sorted { $0.modelKey < $1.modelKey }
    }

    /// Which of these codes exist, as owners.
    func owners(ofAny normalized: [String]) throws -> [Owner] {
        var found: [Owner] = []
        for start in stride(from: 0, to: normalized.count, by: 500) {
            let part = Array(normalized[start..<min(start + 500, normalized.count)])
            let marks = Array(repeating: "?", count: part.count).joined(separator: ",")
            found += try owners(where: "normalized IN (\(marks)) AND role = \(CodeRole.answers.rawValue)", part)
        }
        return found
    }

    /// The passages of an owner's code, fault rows before sections, in the order of the manual.
    func passages(of owner: Owner, role: CodeRole) throws -> [Passage] {
        let sql = """
            SELECT \(PassageStore.columns) FROM passage_code JOIN passage ON passage.id = passage_id
            JOIN manual ON manual.id = manual_id
            WHERE normalized = ? AND model_key = ? AND role = ? ORDER BY passage.kind, passage.id LIMIT 16
            """
        return try Row.fetchAll(
            database.cachedStatement(sql: sql), arguments: [owner.normalized, owner.modelKey, role.rawValue]
        ).map(PassageStore.passage(from:))
    }

    private func owners(where condition: String, _ values: [String]) throws -> [Owner] {
        var arguments = values
        var sql = "SELECT DISTINCT normalized, model_key, role FROM passage_code WHERE \(condition)"
        if let modelKey {
            sql += " AND model_key = ?"
            arguments.append(modelKey)
        }
        return try Row.fetchAll(
            database.cachedStatement(sql: sql + " ORDER BY model_key, normalized"),
            arguments: StatementArguments(arguments)
        ).map { row in
            Owner(
                modelKey: row["model_key"], normalized: row["normalized"],
                role: CodeRole(rawValue: row["role"]) ?? .answers)
        }
    }
}
