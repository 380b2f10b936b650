import Domain
import Foundation

extension DeviceProfile {
    /// Reads a profile; unknown keys, wrong types and values out of range are refused.
    ///
    /// - Parameter file: how errors name the file.
    public init(name: String, file: String, text: Data) throws(StrictYAMLError) {
        let root = try StrictYAMLMap(file: file, text: text)
        let model = try root.string("machine_model").map(MachineModel.init(rawValue:))
        let source = try root.string("source")
        let mqtt = try root.map("mqtt")
        let modbus = try root.map("modbus")
        let codes = try root.map("codes")
        try root.finish()
        let transport: Transport
        switch (mqtt, modbus) {
        case (let mqtt?, nil): transport = .mqtt(try PayloadProfile(mqtt))
        case (nil, let modbus?):
            transport = .modbus(try FaultRegisterProfile(modbus))
            guard source != nil else {
                throw root.error("source", expected: "expected the document that the register map comes from")
            }
        default: throw root.error("mqtt", expected: "expected exactly one of the keys mqtt and modbus")
        }
        var forms = CodeForms()
        if let codes { forms = try CodeForms(codes) }
        forms.numberFormat = forms.numberFormat ?? transport.codeFormat
        self.init(name: name, machineModel: model, source: source, transport: transport, codeForms: forms)
    }
}

extension DeviceProfile.Transport {
    /// How codes that arrive as numbers are written, where that says more than the number itself.
    fileprivate var codeFormat: CodeFormat? {
        let format =
            switch self {
            case .mqtt(let payload): payload.codeFormat
            case .modbus(let register): register.codeFormat
            }
        return format == .plain ? nil : format
    }
}

extension CodeForms {
    fileprivate init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        let format = try CodeFormat(reading: "number_format", of: map)
        let prefixes = try map.strings("prefixes") ?? []
        if let odd = prefixes.first(where: { FaultCode($0) == nil || $0.count > 16 }) {
            throw map.error("prefixes", expected: "expected words of 1 to 16 letters, got \"\(odd)\"")
        }
        var logs: [CodeLogFormat] = []
        for text in try map.strings("log") ?? [] {
            guard let log = CodeLogFormat(text) else {
                throw map.error(
                    "log",
                    expected:
                        "expected up to 64 characters with {code} in them once, not at the beginning, got \"\(text)\"")
            }
            logs.append(log)
        }
        try map.finish()
        self.init(numberFormat: format, prefixes: prefixes, logFormats: logs)
    }
}

extension PayloadProfile {
    init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        var fields = Fields()
        if let paths = try map.map("fields") {
            fields.id = try PayloadProfile.path(paths, "id") ?? fields.id
            fields.time = try PayloadProfile.path(paths, "time") ?? fields.time
            fields.code = try PayloadProfile.path(paths, "code") ?? fields.code
            fields.message = try PayloadProfile.path(paths, "message") ?? fields.message
            fields.severity = try PayloadProfile.path(paths, "severity") ?? fields.severity
            fields.active = try PayloadProfile.path(paths, "active") ?? fields.active
            try paths.finish()
        }
        let format = try CodeFormat(reading: "code_format", of: map)
        let inactive = try map.strings("inactive_texts") ?? []
        try map.finish()
        self.init(fields: fields, codeFormat: format ?? .plain, inactiveTexts: Set(inactive.map { $0.lowercased() }))
    }

    private static func path(_ map: StrictYAMLMap, _ key: String) throws(StrictYAMLError) -> [String]? {
        guard let text = try map.string(key) else { return nil }
        let steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard steps.count <= 8, !steps.contains("") else {
            throw map.error(key, expected: "expected 1 to 8 keys with dots between, got \"\(text)\"")
        }
        return steps
    }
}

extension FaultRegisterProfile {
    init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        let width = try map.choice("type", of: Width.self) ?? .u16
        let highest = width == .u16 ? Int(UInt16.max) : Int(UInt32.max)
        let lastRegister = Int(UInt16.max) - (width == .u16 ? 0 : 1)
        let register = try map.requiredInteger("register", in: 0...lastRegister)
        let noFault = try map.integers("no_fault", in: 0...highest) ?? [0]
        let codes = try map.table("codes", keysIn: 0...highest) ?? [:]
        for (value, code) in codes where FaultCode(code) == nil {
            throw map.error("codes", expected: "expected a letter or digit in the code of \(value), got \"\(code)\"")
        }
        self.init(
            table: try map.choice("table", of: Table.self) ?? .holding,
            register: UInt16(register), width: width,
            wordOrder: try map.choice("word_order", of: WordOrder.self) ?? .highFirst,
            part: try map.choice("part", of: Part.self) ?? .whole,
            noFault: Set(noFault.map(UInt32.init)),
            codeFormat: try CodeFormat(reading: "code_format", of: map) ?? .plain,
            codes: Dictionary(uniqueKeysWithValues: codes.map { (UInt32($0.key), $0.value) }),
            responseTimeoutMs: try map.integer("response_timeout_ms", in: 50...60_000) ?? 1000,
            pollMs: try map.integer("poll_ms", in: 20...3_600_000) ?? 1000)
        try map.finish()
    }
}

extension CodeFormat {
    init?(reading key: String, of map: StrictYAMLMap) throws(StrictYAMLError) {
        guard let text = try map.string(key) else { return nil }
        guard let format = CodeFormat(text) else {
            throw map.error(key, expected: "expected text with one of %d, %03d, %x, %04X in it, got \"\(text)\"")
        }
        self = format
    }
}
