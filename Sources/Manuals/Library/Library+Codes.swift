import Domain
import GRDB

extension Library {
    /// The codes that the manuals of a machine model answer for, in their normal form and order.
    public func codes(of machineModel: MachineModel) throws -> [FaultCode] {
        let names = try snapshot?.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT normalized FROM passage_code WHERE model_key = ? AND role = ? ORDER BY normalized
                    """, arguments: [ModelKey.key(machineModel), CodeRole.answers.rawValue])
        }
        return (names ?? []).compactMap { FaultCode($0) }
    }
}
