/// What a device is asked, and what its reply must look like.
protocol ModbusRequest: Sendable {
    associatedtype Answer
    var table: FaultPoint.Table { get }
    var first: UInt16 { get }
    var count: Int { get }
    /// Modbus Application Protocol 1.1b3, §6.
    var functionCode: UInt8 { get }
    /// What stands behind the function code.
    var data: [UInt8] { get }
    /// - Parameter data: of the reply, behind its function code.
    func answer(in data: ArraySlice<UInt8>) throws(ModbusFrame.Fault) -> Answer
}

/// Consecutive registers, coils or inputs of one table.
struct ReadRequest: ModbusRequest, Hashable {
    let table: FaultPoint.Table
    let first: UInt16
    let count: Int

    var functionCode: UInt8 {
        switch table {
        case .coils: 1
        case .discrete: 2
        case .holding: 3
        case .input: 4
        }
    }

    var data: [UInt8] { ModbusFrame.bigEndian(first) + ModbusFrame.bigEndian(UInt16(count)) }

    /// - Returns: one register each, or 0 and 1 of one coil or input each, as many as were asked for.
    func answer(in data: ArraySlice<UInt8>) throws(ModbusFrame.Fault) -> [UInt16] {
        let expected = table.holdsBits ? (count + 7) / 8 : count * 2
        let values = data.dropFirst()
        guard let told = data.first, Int(told) == expected, values.count == expected else {
            throw .broken("it holds \(values.count) bytes of \(expected)")
        }
        if table.holdsBits {
            return (0..<count).map { UInt16(values[values.startIndex + $0 / 8] >> UInt8($0 % 8) & 1) }
        }
        return (0..<count).map { ModbusFrame.word(values, $0 * 2) }
    }
}

/// One register or coil.
struct WriteRequest: ModbusRequest, Hashable {
    let function: ModbusReset.Function
    let register: UInt16
    let value: UInt16

    var table: FaultPoint.Table { function == .writeCoil ? .coils : .holding }
    var first: UInt16 { register }
    var count: Int { 1 }
    var functionCode: UInt8 { UInt8(function.rawValue) }

    var data: [UInt8] {
        switch function {
        case .writeCoil: ModbusFrame.bigEndian(register) + [value == 0 ? 0 : 0xFF, 0]
        case .writeRegister: ModbusFrame.bigEndian(register) + ModbusFrame.bigEndian(value)
        case .writeRegisters: ModbusFrame.bigEndian(register) + [0, 1, 2] + ModbusFrame.bigEndian(value)
        }
    }

    /// The device says what it was told: the value, or how many.
    func answer(in data: ArraySlice<UInt8>) throws(ModbusFrame.Fault) {
        guard Array(data) == Array(self.data.prefix(4)) else { throw .broken("it confirms something else") }
    }
}
