import Domain

extension ModbusProfile {
    init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        let base = try map.integer("address_base", in: 0...1) ?? 0
        let maxRegisters = try map.integer("max_registers", in: 1...ModbusProfile.mostRegisters)
        let maxGap = try map.integer("max_gap", in: 0...ModbusProfile.mostRegisters)
        let timeoutMs = try map.integer("response_timeout_ms", in: 50...60_000)
        let pollMs = try map.integer("poll_ms", in: FaultPoint.pollMsRange)
        let reset = try map.map("reset").map { map throws(StrictYAMLError) in try ModbusReset(map, base: base) }
        guard let entries = try map.maps("faults"), (1...64).contains(entries.count) else {
            throw map.error("faults", expected: "expected a list of 1 to 64 places to read")
        }
        try map.finish()
        var faults: [FaultPoint] = []
        for entry in entries {
            let fault = try FaultPoint(entry, base: base)
            guard !faults.contains(where: { $0.id == fault.id }) else {
                throw entry.error("register", expected: "expected a place that no other entry reads")
            }
            guard !fault.isAtomic || fault.table.holdsBits || fault.length <= maxRegisters ?? .max else {
                throw entry.error(
                    "type",
                    expected: "expected at most max_registers (\(maxRegisters ?? 0)) registers, a value needs one reply"
                )
            }
            faults.append(fault)
        }
        self.init(
            faults: faults, maxRegisters: maxRegisters ?? ModbusProfile.mostRegisters, maxGap: maxGap ?? 0,
            responseTimeoutMs: timeoutMs ?? 1000, pollMs: pollMs ?? 1000, reset: reset)
    }
}

extension FaultPoint {
    static let pollMsRange = 20...3_600_000
    /// A key names every fault that stands, so the fields are bounded.
    private static let countLimits: [TypeName: Int] = [.ascii: 16, .bits: 16, .list: 32, .history: 32]
    private static let mostCoils = 256

    private enum TypeName: String, CaseIterable {
        case u16, s16, u32, s32, f32, ascii, bits, list, history
    }

    /// - Parameter base: what the register's number counts from, 0 (wire address) or 1.
    init(_ map: StrictYAMLMap, base: Int) throws(StrictYAMLError) {
        let table = try map.choice("table", of: Table.self) ?? .holding
        let type = try map.choice("type", of: TypeName.self) ?? (table.holdsBits ? .bits : .u16)
        guard !table.holdsBits || type == .bits else {
            throw map.error("type", expected: "expected bits, which is all that the table \(table.rawValue) holds")
        }
        let shape = try FaultPoint.shape(type, table, map)
        let length = FaultPoint(register: 0, shape: shape).length
        let register = try map.requiredInteger("register", in: base...(Int(UInt16.max) + 1 + base - length)) - base
        let noFault = type == .ascii ? nil : try map.integers("no_fault", in: Int(Int32.min)...Int(UInt32.max))
        let noFaultTexts = type == .ascii ? try map.strings("no_fault") : nil
        self.init(
            table: table, register: UInt16(register), shape: shape,
            byteOrder: try map.choice("byte_order", of: ByteOrder.self),
            noFault: noFault.map { Set($0.map(Int64.init)) }, noFaultTexts: Set(noFaultTexts ?? []),
            naming: try FaultNaming(keysOf: map), pollMs: try map.integer("poll_ms", in: FaultPoint.pollMsRange))
        try map.finish()
    }

    private static func shape(
        _ type: TypeName, _ table: Table, _ map: StrictYAMLMap
    ) throws(StrictYAMLError) -> Shape {
        if let number = Number(rawValue: type.rawValue) {
            let part = try map.choice("part", of: Part.self) ?? .whole
            guard part == .whole || number == .u16 else {
                throw map.error("part", expected: "expected type u16, which alone has a low and a high byte")
            }
            return .number(number, part)
        }
        let limit = table.holdsBits ? mostCoils : countLimits[type] ?? 1
        let count = try map.requiredInteger("count", in: 1...limit)
        switch type {
        case .ascii: return .text(registers: count)
        case .bits: return .bits(count: count)
        case .list: return .list(registers: count)
        default: return .history(registers: count)
        }
    }
}

extension FaultNaming {
    /// Reads the keys `code_format`, `codes` and `severity` of a mapping that has others too.
    init(keysOf map: StrictYAMLMap) throws(StrictYAMLError) {
        let codes = try map.table("codes", keysIn: Int(Int32.min)...Int(UInt32.max)) ?? [:]
        for (value, code) in codes where FaultCode(code) == nil {
            throw map.error("codes", expected: "expected a letter or digit in the code of \(value), got \"\(code)\"")
        }
        self.init(
            format: try CodeFormat(reading: "code_format", of: map) ?? .plain,
            codes: Dictionary(uniqueKeysWithValues: codes.map { (Int64($0.key), $0.value) }),
            severity: try map.string("severity"))
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
