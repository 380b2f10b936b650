import Domain

/// The appliance's own Modbus server, into which PLCs write their events.
public struct PushSettings: Sendable, Hashable {
    /// The address of this computer to listen on.
    public let bind: String
    public let port: UInt16
    /// Places for events that a PLC may write before it reads back what was taken.
    public let slots: Int

    /// A ring and its head must fit what a client can address and read in a few requests.
    public static let slotsRange = 1...256
    public static let standardSlots = 32

    public init(bind: String, port: UInt16 = 502, slots: Int = PushSettings.standardSlots) {
        self.bind = bind
        self.port = port
        self.slots = slots
    }
}

/// A machine whose PLC writes its events.
public struct PushMachine: Sendable, Hashable {
    public let machine: MachineID
    /// The IP address that the PLC connects from; no other address is let in.
    public let client: String
    /// What the PLC calls the machine in its events.
    public let number: UInt16
    public let profileName: String
    public let naming: FaultNaming

    public init(machine: MachineID, client: String, number: UInt16, profileName: String, naming: FaultNaming) {
        self.machine = machine
        self.client = client
        self.number = number
        self.profileName = profileName
        self.naming = naming
    }
}
