import Domain

/// How a machine model speaks, read from `device-profiles/machines/<name>.yaml`.
public struct DeviceProfile: Sendable, Hashable {
    /// File name without `.yaml`.
    public let name: String
    /// The model whose manuals answer for the machine; nil in a generic profile, whose machines name it themselves.
    public let machineModel: MachineModel?
    /// Where the register map or payload format is published.
    public let source: String?
    /// What in the profile was not checked against `source`; whoever commissions the machine checks it with a real fault.
    public let unconfirmed: String?
    public let transport: Transport
    /// How its codes are written elsewhere than in the manual.
    public let codeForms: CodeForms

    public enum Transport: Sendable, Hashable {
        case mqtt(PayloadProfile)
        case sparkplug(SparkplugProfile)
        case modbus(ModbusProfile)
        /// The machine's PLC writes its events into the appliance's own Modbus server.
        case push(FaultNaming)
    }
}
