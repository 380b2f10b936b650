import Foundation

/// How a machine's line to the appliance stands, for `andon machine list` and the logs.
public struct LinkStatus: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable {
        /// No contact yet since start.
        case connecting
        case up
        /// Fails; tried again at growing intervals, without holding up any other machine.
        case degraded
    }

    public enum Transport: String, Codable, Sendable { case mqtt, modbus }

    /// Nil for the broker connection, which serves all MQTT machines.
    public let machine: MachineID?
    public let transport: Transport
    /// `host:port`, with the unit behind a slash for Modbus.
    public let endpoint: String
    public var state: State
    /// What failed last and how to mend it; stays readable after recovery.
    public var lastError: String?
    public var lastContact: Date?
    /// Completed polls or received messages since start.
    public var contacts: Int
    /// Replies that fit no request and messages that could not be read, since start.
    public var malformed: Int

    public init(machine: MachineID?, transport: Transport, endpoint: String) {
        self.machine = machine
        self.transport = transport
        self.endpoint = endpoint
        state = .connecting
        lastError = nil
        lastContact = nil
        contacts = 0
        malformed = 0
    }
}
