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

    /// How long the device may not be heard while it is polled as it should be: three polls, each behind one of all other
    /// devices of its line that fails in every way.
    ///
    /// - Parameter neighbours: all devices of the line, this one too.
    func silenceMs(among neighbours: [ModbusTarget]) -> Int {
        let shortestMs = ([pollMs] + profile.faults.compactMap(\.pollMs)).min() ?? pollMs
        let round = neighbours.reduce(0) { $0 + $1.profile.responseTimeoutMs * ModbusTarget.longestPollTimeouts }
        return max(ModbusTarget.shortestSilenceMs, 3 * (shortestMs + round))
    }

    /// Of one poll, see ``ModbusConnection``.
    private static let longestPollTimeouts = 5
    private static let shortestSilenceMs = 5_000
}
