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
        let unconfirmed = try root.string("unconfirmed")
        let mqtt = try root.map("mqtt")
        let sparkplug = try root.map("sparkplug")
        let modbus = try root.map("modbus")
        let push = try root.map("push")
        let codes = try root.map("codes")
        try root.finish()
        let transport: Transport
        switch (mqtt, sparkplug, modbus, push) {
        case (let mqtt?, nil, nil, nil): transport = .mqtt(try PayloadProfile(mqtt))
        case (nil, let sparkplug?, nil, nil): transport = .sparkplug(try SparkplugProfile(sparkplug))
        case (nil, nil, let modbus?, nil):
            transport = .modbus(try ModbusProfile(modbus))
            guard source != nil else {
                throw root.error("source", expected: "expected the document that the register map comes from")
            }
        case (nil, nil, nil, let push?):
            transport = .push(try FaultNaming(keysOf: push))
            try push.finish()
        default: throw root.error("mqtt", expected: "expected exactly one of the keys mqtt, sparkplug, modbus and push")
        }
        var forms = CodeForms()
        if let codes { forms = try CodeForms(codes) }
        forms.numberFormat = forms.numberFormat ?? transport.codeFormat
        self.init(
            name: name, machineModel: model, source: source, unconfirmed: unconfirmed, transport: transport,
            codeForms: forms)
    }
}

extension DeviceProfile.Transport {
    /// How codes that arrive as numbers are written, where that says more than the number itself.
    fileprivate var codeFormat: CodeFormat? {
        switch self {
        case .mqtt(let payload): return payload.codeFormat == .plain ? nil : payload.codeFormat
        case .modbus(let registers):
            let formats = Set(registers.faults.map(\.naming.format))
            return formats.count == 1 && formats != [.plain] ? formats.first : nil
        case .sparkplug(let profile): return profile.naming.format == .plain ? nil : profile.naming.format
        case .push(let naming): return naming.format == .plain ? nil : naming.format
        }
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
