/// What is written to a device to take its fault back.
public struct ModbusReset: Sendable, Hashable {
    /// Modbus Application Protocol 1.1b3, §6.5, §6.6 and §6.12.
    public enum Function: Int, Sendable, Hashable, CaseIterable {
        case writeCoil = 5
        case writeRegister = 6
        /// Of one register: some devices take no other.
        case writeRegisters = 16
    }

    /// A value that is taken back, for devices that look for its edge.
    public struct Pulse: Sendable, Hashable {
        public let afterMs: Int
        public let value: UInt16

        public init(afterMs: Int, value: UInt16) {
            self.afterMs = afterMs
            self.value = value
        }
    }

    public let function: Function
    /// Wire address.
    public let register: UInt16
    /// 0 or 1 for a coil.
    public let value: UInt16
    public let pulse: Pulse?

    public init(function: Function, register: UInt16, value: UInt16, pulse: Pulse? = nil) {
        self.function = function
        self.register = register
        self.value = value
        self.pulse = pulse
    }

    var request: WriteRequest { WriteRequest(function: function, register: register, value: value) }

    /// What takes the value back.
    var release: WriteRequest? {
        pulse.map { WriteRequest(function: function, register: register, value: $0.value) }
    }
}

extension ModbusReset {
    private static let pulseMsRange = 10...10_000

    /// - Parameter base: what the register's number counts from, 0 (wire address) or 1.
    init(_ map: StrictYAMLMap, base: Int) throws(StrictYAMLError) {
        let number = try map.integer("function", in: 5...16) ?? Function.writeRegister.rawValue
        guard let function = Function(rawValue: number) else {
            throw map.error("function", expected: "expected 5 (a coil), 6 or 16 (a register), got \(number)")
        }
        let values = function == .writeCoil ? 0...1 : 0...Int(UInt16.max)
        let release = try map.integer("release", in: values)
        let afterMs = try map.integer("release_after_ms", in: ModbusReset.pulseMsRange)
        guard release != nil || afterMs == nil else {
            throw map.error("release", expected: "expected the value that is written after release_after_ms")
        }
        self.init(
            function: function,
            register: UInt16(try map.requiredInteger("register", in: base...(Int(UInt16.max) + base)) - base),
            value: UInt16(try map.requiredInteger("value", in: values)),
            pulse: release.map { Pulse(afterMs: afterMs ?? 500, value: UInt16($0)) })
        try map.finish()
    }
}
