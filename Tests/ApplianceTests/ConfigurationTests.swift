import Appliance
import Domain
import Foundation
import Ingestion
import Testing

@Suite("andon.yaml")
struct ConfigurationTests {
    private let directory: TemporaryDirectory
    private let profiles: DeviceProfileCatalog

    init() throws {
        directory = try TemporaryDirectory()
        profiles = DeviceProfileCatalog(folders: [
            try ShippedFiles.locate().deviceProfiles.appendingPathComponent("machines")
        ])
    }

    private func load(_ text: String, environment: [String: String] = [:]) throws -> Configuration {
        let file = directory.url.appendingPathComponent("andon.yaml")
        try Data(text.utf8).write(to: file)
        return try Configuration.load(file: file, profiles: profiles, environment: environment)
    }

    private static let plant = """
        site: plant-1
        language: zh-TW
        mqtt: { host: 10.0.0.5, port: 1884 }
        machines:
          - { id: press-07, profile: generic-json, machine_model: halden-sp200, language: en, mqtt: { topic: "plant/l1/press-07/alarm" } }
          - { id: drive-03, profile: rockwell-powerflex-525, modbus: { host: 10.0.3.21, unit: 3, poll_ms: 500 } }
        model: { file: none }
        """

    @Test("machines take model and language from their entry, else from profile and site")
    func machines() throws {
        let configuration = try load(Self.plant)
        let press = try #require(configuration.machine(MachineID(rawValue: "press-07")))
        #expect(press.model.rawValue == "halden-sp200" && press.language == .english)
        let drive = try #require(configuration.machine(MachineID(rawValue: "drive-03")))
        #expect(drive.model.rawValue == "rockwell-powerflex-525" && drive.language == .traditionalChinese)
        #expect(configuration.mqtt?.clientID == "andon-plant-1")
        #expect(configuration.mqtt?.cleanSession == false)
        #expect(configuration.model.file == .none)
    }

    private func topics(_ pairs: [(String, String)], profile: String = "generic-json") throws -> Configuration {
        let machines = pairs.map {
            "  - { id: \($0.0), profile: \(profile), machine_model: m, mqtt: { topic: \"\($0.1)\" } }"
        }
        return try load("mqtt: { host: 127.0.0.1 }\nmachines:\n" + machines.joined(separator: "\n"))
    }

    @Test(
        "equal topics and those that only cross are refused with both machines; the narrower of two is right",
        arguments: [("p/a", "p/a"), ("p/+/x", "p/+/x"), ("p/+/x", "p/a/+"), ("+/x", "p/#")])
    func overlappingTopics(_ one: String, _ other: String) throws {
        let error = #expect(throws: StrictYAMLError.self) { try topics([("press-07", one), ("mill-02", other)]) }
        #expect("\(try #require(error))".contains("press-07 (\(one)) and mill-02 (\(other))"))
        #expect(try topics([("a", "p/#"), ("b", "p/+/x"), ("c", "p/a/x"), ("d", "q/x")]).machines.count == 4)
    }

    @Test("machines share a topic where their profile says where the payload has the machine's name")
    func sharedTopic() throws {
        let folder = directory.url.appending(path: "profiles")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("mqtt: { fields: { machine: /device/name } }\n".utf8).write(to: folder.appending(path: "named.yaml"))
        let file = directory.url.appending(path: "andon.yaml")
        func load(_ second: String) throws -> Configuration {
            let text = """
                mqtt: { host: 127.0.0.1 }
                machines:
                  - { id: a, profile: named, machine_model: m, mqtt: { topic: p } }
                  - { id: b, profile: named, machine_model: m, mqtt: { topic: p\(second) } }
                """
            try Data(text.utf8).write(to: file)
            return try Configuration.load(file: file, profiles: DeviceProfileCatalog(folders: [folder]))
        }
        #expect(try load("").machines.count == 2)
        #expect(try load(", name: Press 7").machines[1].nameInPayload == "Press 7")
        #expect(throws: StrictYAMLError.self) { try load(", name: a") }
    }

    @Test(
        "Andon's own topics are no sources; a wildcard may reach them",
        arguments: ["andon/answers/press-07", "andon/answers/+", "andon/status/site"])
    func ownTopics(_ topic: String) throws {
        #expect(throws: StrictYAMLError.self) { try topics([("press-07", topic)]) }
        #expect(try topics([("press-07", "#")]).machines.count == 1)
    }

    @Test("Modbus machines are reached by host or serial line, or write their events themselves")
    func modbus() throws {
        let configuration = try load(
            """
            modbus_server: { bind: 127.0.0.1, port: 1502, slots: 8 }
            machines:
              - { id: a, profile: siemens-g120, modbus: { host: 10.0.3.21 } }
              - { id: b, profile: siemens-g120, modbus: { serial: /dev/serial/by-path/x, baud: 9600, parity: none, unit: 7 } }
              - { id: c, profile: generic-plc-push, machine_model: m, push: { client: 10.0.3.50, number: 3 } }
            """)
        #expect(configuration.modbusServer == PushSettings(bind: "127.0.0.1", port: 1502, slots: 8))
        let found = configuration.machines.map { entry -> String in
            switch entry.connection {
            case .mqtt: "mqtt"
            case .sparkplug(let machine): "\(machine.address)"
            case .modbus(let endpoint, _): "\(endpoint.link)/\(endpoint.unit)"
            case .push(let machine): "\(machine.client) \(machine.number)"
            }
        }
        #expect(found == ["10.0.3.21:502/1", "/dev/serial/by-path/x/7", "10.0.3.50 3"])
    }

    @Test("the broker's connection is described by protocol, share, TLS files and the site's status topic")
    func mqtt() throws {
        let settings = try #require(
            try load(
                """
                site: plant-1
                mqtt:
                  host: broker.plant
                  version: "5"
                  share: line-a
                  tls: { ca: /etc/andon/ca.pem, cert: /etc/andon/own.pem, key: /etc/andon/own-key.pem }
                """
            ).mqtt)
        #expect(settings.version == .v5 && settings.share == "line-a" && settings.port == 1883)
        #expect(
            settings.tls
                == .init(
                    caFile: "/etc/andon/ca.pem",
                    certificate: .init(file: "/etc/andon/own.pem", keyFile: "/etc/andon/own-key.pem")))
        #expect(settings.statusTopic == "andon/status/plant-1" && settings.clientID == "andon-plant-1")
        #expect(try load("mqtt: { tls: { ca: a.pem } }").mqtt?.tls == .init(caFile: "a.pem"))
        #expect(try load("mqtt: { host: h }").mqtt?.version == .v3)
    }

    @Test("machines that name no topic publish where the site's template says, each on its own level")
    func topics() throws {
        let configuration = try load(
            """
            mqtt: { host: h, topic: "plant/{line}/{machine}/alarm" }
            machines:
              - { id: a, profile: generic-json, machine_model: m }
              - { id: b, profile: generic-json, machine_model: m, mqtt: { topic: "old/{machine}" } }
            """)
        let filters = configuration.machines.map { entry -> String in
            guard case .mqtt(let topic, _) = entry.connection else { return "" }
            return topic.filter
        }
        #expect(filters == ["plant/+/a/alarm", "old/b"])
    }

    @Test("a machine behind an edge node is found by group, node and device")
    func sparkplug() throws {
        let configuration = try load(
            """
            mqtt: { host: h }
            machines:
              - { id: a, profile: generic-sparkplug-node, machine_model: m, sparkplug: { group: g, node: n, device: d } }
              - { id: b, profile: generic-sparkplug-node, machine_model: m, sparkplug: { group: g, node: n } }
            """)
        let addresses = configuration.machines.map { entry -> String in
            guard case .sparkplug(let machine) = entry.connection else { return "" }
            return "\(machine.machine) \(machine.address)"
        }
        #expect(addresses == ["a spBv1.0/g/n/d", "b spBv1.0/g/n"])
    }

    @Test("the model's context and the format of its cache may be chosen")
    func modelSettings() throws {
        let plain = try load("model: { gpu: auto }").model
        #expect(plain.context == nil && plain.cacheFormat == .float16)
        let chosen = try load("model: { context: 8192, cache: Q8_0 }").model
        #expect(chosen.context == 8192 && chosen.cacheFormat == .q8)
    }

    @Test("the environment comes over the file")
    func environment() throws {
        let configuration = try load(
            Self.plant, environment: ["ANDON_LANGUAGE": "en", "ANDON_MQTT_HOST": "broker", "ANDON_MODEL": "/m.gguf"])
        #expect(configuration.language == .english)
        #expect(configuration.mqtt?.host == "broker")
        #expect(configuration.model.file == .path("/m.gguf"))
    }

    private static let edgeNode =
        "{ id: a, profile: generic-sparkplug-node, machine_model: m, sparkplug: { group: g, node: n } }"

    @Test(
        "what cannot be meant is refused with the place",
        arguments: [
            ("journal: { close_after_days: 0 }\n", "close_after_days"),
            ("journal: { close_after_days: 36501 }\n", "1 to 36500"),
            ("langauge: en", "langauge"),
            ("language: de", "zh-TW"),
            ("machines:\n  - { id: a, profile: generic-json, mqtt: { topic: t } }", "machine_model"),
            ("machines:\n  - { id: a/b, profile: generic-json, machine_model: m, mqtt: { topic: t } }", "id"),
            ("machines:\n  - { id: a, profile: rockwell-powerflex-525, modbus: { host: h, port: 70000 } }", "65535"),
            ("machines:\n  - { id: a, profile: rockwell-powerflex-525, mqtt: { topic: t } }", "modbus"),
            ("machines:\n  - { id: a, profile: siemens-g120, modbus: { serial: /dev/x, unit: 255 } }", "1 to 247"),
            ("machines:\n  - { id: a, profile: siemens-g120, push: { client: 10.0.0.1, number: 1 } }", "serial device"),
            (
                "machines:\n  - { id: a, profile: siemens-g120, modbus: { serial: /dev/x } }\n"
                    + "  - { id: b, profile: siemens-g120, modbus: { serial: /dev/x, baud: 9600 } }", "same baud"
            ),
            (
                "machines:\n  - { id: a, profile: generic-plc-push, machine_model: m, push: { client: plc, number: 1 } }",
                "IP address"
            ),
            (
                "machines:\n  - { id: a, profile: generic-plc-push, machine_model: m, push: { client: 10.0.0.1, number: 1 } }",
                "modbus_server"
            ),
            (
                "modbus_server: { bind: 127.0.0.1 }\nmachines:\n"
                    + "  - { id: a, profile: generic-plc-push, machine_model: m, push: { client: 10.0.0.1, number: 1 } }\n"
                    + "  - { id: b, profile: generic-plc-push, machine_model: m, push: { client: 10.0.0.1, number: 1 } }",
                "number that no other machine"
            ),
            ("machines:\n  - { id: a, profile: ../../x }", "andon.yaml:2"),
            ("mqtt: { host: h, password_file: /nowhere }", "password_file"),
            ("mqtt: { version: 4 }", "\"3.1.1\" or \"5\""),
            ("mqtt: { share: a/b }", "mqtt.share"),
            ("mqtt: { tls: { cert: a, key: b } }", "mqtt.tls.ca"),
            ("mqtt: { tls: { ca: a, cert: b } }", "mqtt.tls.key"),
            ("mqtt: { tls: { ca: a, key: b } }", "mqtt.tls.cert"),
            ("mqtt: { tls: { ca: a, insecure: true } }", "insecure"),
            ("mqtt: { port: [1] }", "mqtt.port"),
            ("mqtt: { topic: plant/alarm }", "{machine}"),
            ("mqtt: { host: h }\nmachines:\n  - { id: a, profile: generic-json, machine_model: m }", "with a topic"),
            ("mqtt: [broker]", "mqtt"),
            ("machines:\n  - \(Self.edgeNode)", "broker"),
            ("mqtt: { host: h }\nmachines:\n  - \(Self.edgeNode)\n  - \(Self.edgeNode)", "twice"),
            (
                "mqtt: { host: h }\nmachines:\n  - \(Self.edgeNode)\n  - "
                    + Self.edgeNode.replacing("id: a", with: "id: b"), "an address that no other machine has"
            ),
            (
                "mqtt: { host: h }\nmachines:\n  - " + Self.edgeNode.replacing("node: n", with: "node: n/x"),
                "without /, + and #"
            ),
            (
                "mqtt: { host: h }\nmachines:\n  - { id: a, profile: generic-sparkplug-node, machine_model: m, mqtt: { topic: t } }",
                "group and node"
            ),
            ("answers: { topic: \"andon/#\" }", "wildcards"),
            ("model: { context: 0 }", "512"),
            ("model: { cache: Q4_0 }", "F16, Q8_0"),
            ("[1, 2]", "mapping"),
        ])
    func refusals(text: String, expected: String) throws {
        let error = #expect(throws: (any Error).self) { _ = try load(text) }
        let description = "\(try #require(error))"
        #expect(description.contains(expected), "\(description)")
        #expect(description.contains("andon.yaml"), "\(description)")
    }

    @Test("an MQTT machine without a broker in the file is refused")
    func noBroker() throws {
        #expect(throws: StrictYAMLError.self) {
            _ = try load("machines:\n  - { id: a, profile: generic-json, machine_model: m, mqtt: { topic: t } }")
        }
    }
}
