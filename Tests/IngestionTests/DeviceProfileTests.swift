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

    @Test("every shipped profile can be read", arguments: try DeviceProfileCatalog(folders: [shipped]).names())
    func shippedProfile(_ name: String) throws {
        let profile = try DeviceProfileCatalog(folders: [DeviceProfileTests.shipped]).profile(named: name)
        #expect(profile.name == name)
    }

    @Test("the PowerFlex 525 profile says what its manual says")
    func powerFlex() throws {
        let profile = try DeviceProfileCatalog(folders: [DeviceProfileTests.shipped])
            .profile(named: "rockwell-powerflex-525")
        let naming = FaultNaming(format: try #require(CodeFormat("F%03d")))
        #expect(profile.transport == .modbus(ModbusProfile(faults: [FaultPoint(register: 0x2101, naming: naming)])))
        #expect(profile.machineModel == MachineModel(rawValue: "rockwell-powerflex-525"))
    }

    @Test("all keys of a Modbus profile are read")
    func allModbusKeys() throws {
        let profile = try read(
            """
            machine_model: x
            source: page 1
            unconfirmed: the codes
            modbus:
              address_base: 1
              max_registers: 16
              max_gap: 4
              response_timeout_ms: 2500
              poll_ms: 250
              faults:
                - table: input
                  register: 16900
                  type: u32
                  byte_order: CDAB
                  no_fault: [0, 65535]
                  code_format: "E.%04X"
                  codes: { 5: E.OC, 6: 12 }
                  severity: high
                  poll_ms: 5000
                - { register: 10, part: low-byte }
                - { register: 20, type: ascii, count: 4, no_fault: [NONE] }
                - { register: 30, type: bits, count: 2, no_fault: [7] }
                - { table: coils, register: 1, count: 99 }
                - { register: 40, type: list, count: 8 }
                - { register: 50, type: history, count: 8 }
            """)
        let naming = FaultNaming(
            format: try #require(CodeFormat("E.%04X")), codes: [5: "E.OC", 6: "12"], severity: "high")
        let expected = ModbusProfile(
            faults: [
                FaultPoint(
                    table: .input, register: 16899, shape: .number(.u32, .whole), byteOrder: .cdab,
                    noFault: [0, 65535], naming: naming, pollMs: 5000),
                FaultPoint(register: 9, shape: .number(.u16, .lowByte)),
                FaultPoint(register: 19, shape: .text(registers: 4), noFaultTexts: ["NONE"]),
                FaultPoint(register: 29, shape: .bits(count: 2), noFault: [7]),
                FaultPoint(table: .coils, register: 0, shape: .bits(count: 99)),
                FaultPoint(register: 39, shape: .list(registers: 8)),
                FaultPoint(register: 49, shape: .history(registers: 8)),
            ], maxRegisters: 16, maxGap: 4, responseTimeoutMs: 2500, pollMs: 250)
        #expect(profile.transport == .modbus(expected))
        #expect(profile.unconfirmed == "the codes")
    }

    @Test("the three formats of payloads are read")
    func payloadFormats() throws {
        func payload(_ text: String) throws -> PayloadProfile? {
            guard case .mqtt(let payload) = try read("mqtt:\n  " + text).transport else { return nil }
            return payload
        }
        let pointers = PayloadProfile.standardPointers.merging([.code: try #require(JSONPointer("/alarms/0/no"))]) {
            $1
        }
        #expect(try payload("fields: { code: /alarms/0/no }") == PayloadProfile(format: .json(pointers)))
        #expect(
            try payload(
                "{ format: text, patterns: [{ text: '{time} ALM {code}' }, { text: 'CLR {code}', active: false }] }")
                == PayloadProfile(
                    format: .text([
                        try #require(TextPattern("{time} ALM {code}")),
                        try #require(TextPattern("CLR {code}", active: false)),
                    ])))
        #expect(
            try payload("{ format: csv, separator: ';', columns: [time, '-', code], code_format: 'A%d' }")
                == PayloadProfile(
                    format: .csv(CSVLayout(columns: [.time, nil, .code], separator: ";")), codeFormat: CodeFormat("A%d")
                ))
    }

    @Test(
        "what is wrong is refused with file, line, key and expectation",
        arguments: [
            ("", "test.yaml: expected keys, the file is empty"),
            ("- 1", "test.yaml:1: expected a mapping of keys to values"),
            (
                "machine_model: x",
                "test.yaml:1: mqtt: expected exactly one of the keys mqtt, sparkplug, modbus and push"
            ),
            ("mqtt: {}\nmodbus: {register: 1}", "expected exactly one of the keys mqtt, sparkplug, modbus and push"),
            (
                "mqtt: {}\nmodel: x",
                "test.yaml:2: model: unknown key, expected one of machine_model, source, unconfirmed, mqtt, sparkplug, modbus, push"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 70000 }",
                "test.yaml:4: modbus.faults[0].register: expected a whole number from 0 to 65535, got \"70000\""
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 65535, type: u32 }",
                "modbus.faults[0].register: expected a whole number from 0 to 65534"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: [1] }",
                "test.yaml:4: modbus.faults[0].register: expected a whole number from 0 to 65535, got a list"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { type: u16 }",
                "test.yaml:4: modbus.faults[0].register: expected this key"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, type: u64 }",
                "modbus.faults[0].type: expected one of u16, s16, u32, s32, f32, ascii, bits, list, history"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, poll_ms: 1 }",
                "modbus.faults[0].poll_ms: expected a whole number from 20"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, code_format: '%s' }",
                "modbus.faults[0].code_format: expected text with one of"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, codes: { 1: '--' } }",
                "modbus.faults[0].codes: expected a letter or digit in the code of 1"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, codes: { a: b } }",
                "modbus.faults[0].codes.a: expected a mapping from whole numbers"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, type: bits }",
                "modbus.faults[0].count: expected this key"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, type: bits, count: 17 }",
                "modbus.faults[0].count: expected a whole number from 1 to 16"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, count: 2 }",
                "modbus.faults[0].count: unknown key"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1, type: u32, part: low-byte }",
                "modbus.faults[0].part: expected type u16"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { table: coils, register: 1, type: u16 }",
                "modbus.faults[0].type: expected bits"
            ),
            (
                "source: s\nmodbus:\n  faults:\n    - { register: 1 }\n    - { register: 1 }",
                "test.yaml:5: modbus.faults[1].register: expected a place that no other entry reads"
            ),
            ("source: s\nmodbus: {}", "test.yaml:2: modbus.faults: expected a list of 1 to 64 places to read"),
            (
                "source: s\nmodbus: { max_registers: 1, faults: [{ register: 1, type: u32 }] }",
                "modbus.faults[0].type: expected at most max_registers (1) registers"
            ),
            ("source: s\nmodbus: { address_base: 1, faults: [{ register: 0 }] }", "a whole number from 1 to 65536"),
            ("modbus: { faults: [{ register: 1 }] }", "source: expected the document that the register map comes from"),
            (
                "mqtt:\n  fields: { code: /a~2 }",
                "test.yaml:2: mqtt.fields.code: expected a key, or a JSON Pointer of 1 to 8 steps"
            ),
            ("mqtt:\n  fields: { kode: a }", "test.yaml:2: mqtt.fields.kode: unknown key"),
            ("mqtt:\n  format: text", "test.yaml:2: mqtt.patterns: expected a list of 1 to 32 patterns"),
            (
                "mqtt:\n  format: text\n  patterns: [{ text: 'x {time}{code}' }]",
                "test.yaml:3: mqtt.patterns[0].text: expected {code} and text between its places"
            ),
            ("mqtt:\n  format: csv\n  columns: [time]", "test.yaml:3: mqtt.columns: expected code once"),
            ("mqtt:\n  format: csv\n  separator: ab", "test.yaml:3: mqtt.separator: expected one character"),
            ("mqtt:\n  patterns: []", "mqtt.patterns: unknown key"),
            ("mqtt: {}\nmqtt: {}", "test.yaml: expected YAML"),
            ("mqtt: {", "test.yaml: expected YAML"),
        ])
    func refused(_ text: String, _ expected: String) {
        let found = problem(text) ?? "nothing"
        #expect(found.contains(expected), "\(found)")
    }

    @Test("how codes are written is read, the transport's format counting where none is given")
    func codeForms() throws {
        let forms = try read(
            """
            machine_model: x
            mqtt: { code_format: "P%03d" }
            codes: { number_format: "%04X", prefixes: [SYS, AGV], log: ["ALM[{code}]", "fc={code}"] }
            """
        ).codeForms
        #expect(forms.numberFormat == CodeFormat("%04X") && forms.prefixes == ["SYS", "AGV"])
        #expect(forms.logFormats.map(\.before) == ["ALM[", "fc="] && forms.logFormats.map(\.after) == ["]", ""])
        #expect(try read("mqtt: { code_format: \"P%03d\" }").codeForms == CodeForms(numberFormat: CodeFormat("P%03d")))
        #expect(try read("mqtt: {}").codeForms == CodeForms())
        #expect(problem("mqtt: {}\ncodes: { log: [\"{code}\"] }")?.contains("codes.log: expected up to 64") == true)
        #expect(problem("mqtt: {}\ncodes: { prefixes: [\"-\"] }")?.contains("codes.prefixes: expected words") == true)
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
