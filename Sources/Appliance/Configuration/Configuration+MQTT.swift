import Domain
import Ingestion

extension MQTTSettings {
    init(yaml map: StrictYAMLMap, site: String) throws {
        let passwordFile = try map.string("password_file")
        let tls = try map.map("tls")
        let certificate = try (tls?.string("cert"), tls?.string("key"))
        let caFile = try tls?.requiredString("ca")
        if let tls, (certificate.0 == nil) != (certificate.1 == nil) {
            throw tls.error(certificate.0 == nil ? "cert" : "key", expected: "cert and key together, or neither")
        }
        try tls?.finish()
        let version = try map.string("version") ?? Version.v3.rawValue
        guard let version = Version(rawValue: version) else {
            throw map.error(
                "version",
                expected: Version.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ") + ", in quotes")
        }
        let share = try map.string("share")
        guard share?.contains(where: { "/+#".contains($0) }) != true, share?.isEmpty != true else {
            throw map.error("share", expected: "a name without /, + and #")
        }
        self.init(
            host: try map.string("host") ?? "127.0.0.1", port: UInt16(try map.integer("port", in: 1...65535) ?? 1883),
            clientID: try map.string("client_id") ?? "andon-\(site)",
            credentials: try passwordFile.map { path in
                try map.placing("password_file") { try MQTTCredentials(file: path) }
            },
            tls: caFile.map { ca in
                TLS(
                    caFile: ca,
                    certificate: certificate.0.flatMap { file in
                        certificate.1.map { TLS.Certificate(file: file, keyFile: $0) }
                    })
            }, version: version, share: share, statusTopic: MQTTPresence.topic(site: site))
        try map.finish()
    }
}

extension StrictYAMLMap {
    /// Of the broker's settings: where machines publish that name no topic of their own.
    func topicsOfMachines() throws -> TopicTemplate? {
        guard let text = try string("topic") else { return nil }
        let template = try placing("topic") { try TopicTemplate(text) }
        guard template.namesMachine else {
            throw error("topic", expected: "{machine} on a level, as in plant/{line}/{machine}/alarm")
        }
        return template
    }
}

extension SparkplugAddress {
    init(yaml map: StrictYAMLMap) throws {
        let group = try map.requiredString("group")
        let node = try map.requiredString("node")
        let device = try map.string("device")
        try map.finish()
        guard let address = SparkplugAddress(group: group, node: node, device: device) else {
            throw map.error("group", expected: "names of group, node and device of up to 256 bytes without /, + and #")
        }
        self = address
    }
}

extension Configuration.MachineEntry {
    /// Refuses what a machine's topics can't be beside those of the machines before it.
    func checkMQTT(
        beside others: [Configuration.MachineEntry], hasBroker: Bool, _ map: StrictYAMLMap
    ) throws(StrictYAMLError) {
        let key: String
        switch connection {
        case .mqtt: key = "mqtt"
        case .sparkplug: key = "sparkplug"
        case .modbus, .push: return
        }
        guard hasBroker else { throw map.error(key, expected: "a broker under the key mqtt of the file") }
        guard case .sparkplug(let machine) = connection else { return }
        for case .sparkplug(let other) in others.map(\.connection) where other.address == machine.address {
            throw map.error(key, expected: "an address that no other machine has, got \(machine.address) twice")
        }
    }
}
