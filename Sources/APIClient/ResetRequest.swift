import Domain

/// An operator's order to take a machine's fault back.
public struct ResetRequest: Codable, Sendable, Hashable {
    public let machine: MachineID
    /// The machine's name once more, as the operator wrote it.
    public let confirmation: String
    public let by: String

    public init(machine: MachineID, confirmation: String, by: String) {
        self.machine = machine
        self.confirmation = confirmation
        self.by = by
    }
}
