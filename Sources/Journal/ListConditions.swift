import GRDB

/// What the rows of a list have in common, as SQL with its arguments in their order.
struct ListConditions {
    private var conditions = ["true"]
    private(set) var arguments = StatementArguments()

    /// To stand behind `WHERE`; true for every row where nothing was added.
    var sql: String { conditions.joined(separator: " AND ") }

    mutating func add(_ condition: String) { conditions.append(condition) }

    /// - Parameter value: what the condition's `?` is; nil adds nothing.
    mutating func add(_ condition: String, _ value: (some DatabaseValueConvertible)?) {
        guard let value else { return }
        conditions.append(condition)
        arguments += [value]
    }
}
