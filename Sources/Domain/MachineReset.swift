import Foundation

/// A person's order to a machine to take its faults back, and what came of it.
public struct MachineReset: Codable, Sendable, Hashable {
    public enum Outcome: String, Codable, Sendable {
        /// The machine confirmed it.
        case done
        /// Nothing was written.
        case notDone = "not-done"
        /// It was sent, and no confirmation came: look at the machine.
        case unknown
    }

    public let id: Int64
    public let machine: MachineID
    public let by: String
    public let at: Date
    /// Nil while it is under way, and for good where the appliance stopped in the middle.
    public let outcome: Outcome?
    /// Why it is not done, or not known.
    public let reason: String?

    public init(id: Int64, machine: MachineID, by: String, at: Date, outcome: Outcome?, reason: String?) {
        self.id = id
        self.machine = machine
        self.by = by
        self.at = at
        self.outcome = outcome
        self.reason = reason
    }
}
