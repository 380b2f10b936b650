import Domain

/// A machine that is polled: where it is and which places of its register map tell its faults.
public struct ModbusTarget: Sendable, Hashable {
    public let machine: MachineID
    public let link: ModbusLink
    /// 1…247, or 255 for a TCP device that is addressed by its IP address alone.
    public let unit: UInt8
    /// For messages.
    public let profileName: String
    public let profile: ModbusProfile
    /// Of the places that name no interval of their own, at least ``shortestPollMs``.
    public let pollMs: Int

    /// Shorter intervals would only load the device: faults last seconds.
    public static let shortestPollMs = 20

    /// - Parameter pollMs: of this machine; nil takes the profile's.
    public init(
        machine: MachineID, link: ModbusLink, unit: UInt8 = 1, profileName: String, profile: ModbusProfile,
        pollMs: Int? = nil
    ) {
        self.machine = machine
        self.link = link
        self.unit = unit
        self.profileName = profileName
        self.profile = profile
        self.pollMs = max(ModbusTarget.shortestPollMs, pollMs ?? profile.pollMs)
    }

    public var endpoint: String { "\(link)/\(unit)" }
}
