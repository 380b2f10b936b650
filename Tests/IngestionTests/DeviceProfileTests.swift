import Domain
import Foundation
import Ingestion
import Testing

@Suite("Device profiles")
struct DeviceProfileTests {
    private static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../device-profiles/machines").standardizedFileURL

    private func read(_ text: String) throws(StrictYAMLError) -> DeviceProfile {
        try DeviceProfile(name: "test", file: "test.yaml", text: Data(text.utf8))
    }

    private func problem(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("every shipped profile can be read", arguments: DeviceProfileCatalog(folders: [shipped]).names())
    func shippedProfile(_ name: String) throws {
        let profile = try DeviceProfileCatalog(folders: [DeviceProfileTests.shipped]).profile(named: name)
        #expect(profile.name == name)
    }

    @Test("the PowerFlex 525 profile says what its manual says")
    func powerFlex() throws {
        let profile = try DeviceProfileCatalog(folders: [DeviceProfileTests.shipped])
            .profile(named: "rockwell-powerflex-525")
        let expected = FaultRegisterProfile(
            table: .holding, register: 0x2101, codeFormat: try #require(CodeFormat("F%03d")))
        #expect(profile.transport == .modbus(expected))
        #expect(profile.machineModel == MachineModel(rawValue: "rockwell-powerflex-525"))
    }

    @Test("all keys of a Modbus profile are read")
    func allModbusKeys() throws {
        let profile = try read(
            """
            machine_model: x
            source: page 1
            modbus:
              table: input
              register: 16899
              type: u32
              word_order: low-first
              part: low-byte
              no_fault: [0, 65535]
              code_format: "E.%04X"
              codes: { 5: E.OC, 6: 12 }
              response_timeout_ms: 2500
              poll_ms: 250
            """)
        let expected = FaultRegisterProfile(
            table: .input, register: 16899, width: .u32, wordOrder: .lowFirst, part: .lowByte, noFault: [0, 65535],
            codeFormat: try #require(CodeFormat("E.%04X")), codes: [5: "E.OC", 6: "12"], responseTimeoutMs: 2500,
            pollMs: 250)
        #expect(profile.transport == .modbus(expected))
    }

    @Test(
        "what is wrong is refused with file, line, key and expectation",
        arguments: [
            ("", "test.yaml: expected keys, the file is empty"),
            ("- 1", "test.yaml:1: expected a mapping of keys to values"),
            ("machine_model: x", "test.yaml:1: mqtt: expected exactly one of the keys mqtt and modbus"),
            ("mqtt: {}\nmodbus: {register: 1}", "expected exactly one of the keys mqtt and modbus"),
            (
                "mqtt: {}\nmodel: x",
                "test.yaml:2: model: unknown key, expected one of machine_model, source, mqtt, modbus"
            ),
            (
                "source: s\nmodbus:\n  register: 70000",
                "test.yaml:3: modbus.register: expected a whole number from 0 to 65535, got \"70000\""
            ),
            (
                "source: s\nmodbus:\n  register: 65535\n  type: u32",
                "modbus.register: expected a whole number from 0 to 65534"
            ),
            (
                "source: s\nmodbus:\n  register: [1]",
                "test.yaml:3: modbus.register: expected a whole number from 0 to 65535, got a list"
            ),
            ("source: s\nmodbus:\n  type: u16", "test.yaml:3: modbus.register: expected this key"),
            (
                "source: s\nmodbus:\n  register: 1\n  type: u64",
                "test.yaml:4: modbus.type: expected one of u16, u32, got \"u64\""
            ),
            (
                "source: s\nmodbus:\n  register: 1\n  poll_ms: 1",
                "test.yaml:4: modbus.poll_ms: expected a whole number from 20"
            ),
            (
                "source: s\nmodbus:\n  register: 1\n  code_format: '%s'",
                "test.yaml:4: modbus.code_format: expected text with one of"
            ),
            (
                "source: s\nmodbus:\n  register: 1\n  codes: { 1: '--' }",
                "test.yaml:4: modbus.codes: expected a letter or digit in the code of 1"
            ),
            (
                "source: s\nmodbus:\n  register: 1\n  codes: { a: b }",
                "test.yaml:4: modbus.codes.a: expected a mapping from whole numbers"
            ),
            ("modbus:\n  register: 1", "source: expected the document that the register map comes from"),
            (
                "mqtt:\n  fields: { code: a..b }",
                "test.yaml:2: mqtt.fields.code: expected 1 to 8 keys with dots between"
            ),
            ("mqtt:\n  fields: { kode: a }", "test.yaml:2: mqtt.fields.kode: unknown key"),
            ("mqtt: {}\nmqtt: {}", "test.yaml: expected YAML"),
            ("mqtt: {", "test.yaml: expected YAML"),
        ])
    func refused(_ text: String, _ expected: String) {
        let found = problem(text) ?? "nothing"
        #expect(found.contains(expected), "\(found)")
    }

    @Test("deep nesting and long files are refused, not followed")
    func bombs() {
        for nested in ["[", "- ", "{a: "] {
            #expect(problem("mqtt: {}\nx: " + String(repeating: nested, count: 10_000)) != nil)
        }
        #expect(problem("mqtt: {}\n#" + String(repeating: "x", count: 70_000))?.contains("at most 65536 bytes") == true)
    }

    @Test("a site profile wins over the shipped one of the same name; a missing one names those that exist")
    func siteProfile() throws {
        let site = FileManager.default.temporaryDirectory.appending(path: "site-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: site, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: site) }
        try Data("machine_model: mine\nmqtt: {}".utf8).write(to: site.appending(path: "generic-json.yaml"))
        let catalog = DeviceProfileCatalog(folders: [site, DeviceProfileTests.shipped])
        #expect(try catalog.profile(named: "generic-json").machineModel == MachineModel(rawValue: "mine"))
        #expect(throws: DeviceProfileCatalogError.badName("../x")) { try catalog.profile(named: "../x") }
        #expect {
            try catalog.profile(named: "absent")
        } throws: { error in
            "\(error)".contains("no device profile \"absent.yaml\"") && "\(error)".contains("kestrel-vx40")
        }
    }

    @Test(
        "numbers are written as the format says",
        arguments: [("F%03d", 5, "F005"), ("F%03d", 12345, "F12345"), ("%04X h", 0x2310, "2310 h"), ("%x", 255, "ff")])
    func codeFormat(_ format: String, _ number: UInt64, _ code: String) throws {
        #expect(try #require(CodeFormat(format)).code(number) == code)
    }

    @Test("a format needs exactly one placeholder", arguments: ["F", "%", "%s", "%0d", "%3d", "%d%d", "%%d", "%010d"])
    func badFormat(_ format: String) { #expect(CodeFormat(format) == nil) }
}
