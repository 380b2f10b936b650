import Domain

/// Why a machine was not reset, or not surely.
public enum MachineResetError: Error, Sendable, Hashable, CustomStringConvertible {
    case notPolled(MachineID)
    case notAllowed(MachineID, profile: String)
    /// Nothing was written.
    case notDone(String)
    /// It may have been written.
    case unknown(String)

    public var description: String {
        switch self {
        case .notPolled(let machine): "\(machine): expected a machine that is polled over Modbus"
        case .notAllowed(let machine, let profile):
            "\(machine): its profile \(profile) has no reset; nothing may be written to it"
        case .notDone(let reason): reason
        case .unknown(let reason): "\(reason); it may be reset all the same, look at the machine"
        }
    }
}
