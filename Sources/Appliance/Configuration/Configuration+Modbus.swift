import Domain
import Foundation
import Ingestion

extension Configuration.ModbusEndpoint {
    init(yaml map: StrictYAMLMap) throws {
        let link: ModbusLink
        let highestUnit: Int
        if let path = try map.string("serial") {
            link = .serial(
                SerialLine(
                    path: path, baud: try map.integer("baud", in: SerialLine.bauds) ?? 19_200,
                    parity: try map.choice("parity", of: SerialLine.Parity.self) ?? .even,
                    stopBits: try map.integer("stop_bits", in: 1...2) ?? 1))
            highestUnit = 247
        } else {
            link = .tcp(
                host: try map.requiredString("host"), port: UInt16(try map.integer("port", in: 1...65535) ?? 502))
            highestUnit = 255
        }
        self.init(
            link: link, unit: UInt8(try map.integer("unit", in: 1...highestUnit) ?? 1),
            pollMs: try map.integer("poll_ms", in: 50...600_000))
        try map.finish()
    }
}

extension PushSettings {
    init(yaml map: StrictYAMLMap) throws {
        self.init(
            bind: try map.requiredString("bind"), port: UInt16(try map.integer("port", in: 1...65535) ?? 502),
            slots: try map.integer("slots", in: PushSettings.slotsRange) ?? PushSettings.standardSlots)
        try map.finish()
    }
}

extension PushMachine {
    init(yaml map: StrictYAMLMap, machine: MachineID, profileName: String, naming: FaultNaming) throws {
        let client = try map.requiredString("client")
        guard IPAddress.isAddress(client) else {
            throw map.error("client", expected: "the IP address that the PLC connects from, got \"\(client)\"")
        }
        self.init(
            machine: machine, client: client, number: UInt16(try map.requiredInteger("number", in: 0...65535)),
            profileName: profileName, naming: naming)
        try map.finish()
    }
}

extension Configuration.MachineEntry {
    /// Refuses what a machine's Modbus settings can't be beside those of the machines before it.
    func checkModbus(
        beside others: [Configuration.MachineEntry], hasServer: Bool, _ map: StrictYAMLMap
    ) throws(StrictYAMLError) {
        switch connection {
        case .mqtt, .sparkplug: break
        case .modbus(let endpoint, _):
            guard !others.contains(where: { $0.connection.isOtherUse(of: endpoint.link) }) else {
                throw map.error(
                    "modbus", expected: "the same baud, parity and stop_bits as the other machines of \(endpoint.link)")
            }
        case .push(let machine):
            guard hasServer else {
                throw map.error("push", expected: "a server under the key modbus_server of the file")
            }
            guard !others.contains(where: { $0.connection.isSameWriter(as: machine) }) else {
                throw map.error("push", expected: "a number that no other machine of \(machine.client) has")
            }
        }
    }
}

extension Configuration.MachineEntry.Connection {
    /// The same serial device with other settings.
    fileprivate func isOtherUse(of link: ModbusLink) -> Bool {
        guard case .serial(let line) = link, case .modbus(let endpoint, _) = self,
            case .serial(let other) = endpoint.link
        else { return false }
        return other.path == line.path && other != line
    }

    /// A second machine under the same number of the same PLC.
    fileprivate func isSameWriter(as machine: PushMachine) -> Bool {
        guard case .push(let other) = self else { return false }
        return other.client == machine.client && other.number == machine.number
    }
}

private enum IPAddress {
    static func isAddress(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
    }
}
