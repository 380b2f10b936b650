/// Where a device keeps its faults and how it wants to be asked.
public struct ModbusProfile: Sendable, Hashable {
    /// At least one; each reads a place of its own.
    public let faults: [FaultPoint]
    /// The most registers that the device gives in one reply; some drives stop at 16, a few at one.
    public let maxRegisters: Int
    /// Unused registers between two places that may be read along to save a request. Some devices refuse a range with a
    /// register in it that does not exist, so 0 unless the profile knows better.
    public let maxGap: Int
    /// Of this device; libmodbus's 500 ms is too short for some.
    public let responseTimeoutMs: Int
    /// Of the places that name no interval of their own.
    public let pollMs: Int
    /// What takes a fault back on the device; nil where nothing may be written to it.
    public let reset: ModbusReset?

    /// What the protocol allows in one reply (Modbus Application Protocol 1.1b3, §6.1 and §6.3).
    public static let mostRegisters = 125
    static let mostBits = 2000

    public init(
        faults: [FaultPoint], maxRegisters: Int = ModbusProfile.mostRegisters, maxGap: Int = 0,
        responseTimeoutMs: Int = 1000, pollMs: Int = 1000, reset: ModbusReset? = nil
    ) {
        self.faults = faults
        self.maxRegisters = maxRegisters
        self.maxGap = maxGap
        self.responseTimeoutMs = responseTimeoutMs
        self.pollMs = pollMs
        self.reset = reset
    }
}
