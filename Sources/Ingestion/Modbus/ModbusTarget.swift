import Domain

/// A machine that is polled: where it is and which register tells its fault.
public struct ModbusTarget: Sendable, Hashable {
    public let machine: MachineID
    public let host: String
    public let port: UInt16
    /// 1…247, or 255 for a device that is addressed by its IP address alone.
    public let unit: UInt8
    /// For messages.
    public let profileName: String
    public let profile: FaultRegisterProfile
    public let pollMs: Int

    /// Shorter intervals would only load the device: faults last seconds.
    public static let shortestPollMs = 20

    /// - Parameter pollMs: of this machine; nil takes the profile's; at least ``shortestPollMs``.
    public init(
        machine: MachineID, host: String, port: UInt16 = 502, unit: UInt8 = 1, profileName: String,
        profile: FaultRegisterProfile, pollMs: Int? = nil
    ) {
        self.machine = machine
        self.host = host
        self.port = port
        self.unit = unit
        self.profileName = profileName
        self.profile = profile
        self.pollMs = max(ModbusTarget.shortestPollMs, pollMs ?? profile.pollMs)
    }

    public var endpoint: String { "\(host):\(port)/\(unit)" }
}
