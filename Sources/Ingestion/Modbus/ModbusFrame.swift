/// The bytes of a read request and the checks of its reply.
///
/// libmodbus's own readers check neither the unit of a TCP reply nor that its length is the one asked for in every
/// version, so the whole frame is checked here; libmodbus checks the CRC of a serial one.
enum ModbusFrame {
    enum Fault: Error, Hashable {
        case exception(UInt8)
        case broken(String)
    }

    /// Unit, function, address and count: what both kinds of line have in common.
    static func body(_ request: ReadRequest, unit: UInt8) -> [UInt8] {
        [unit, request.functionCode] + bigEndian(request.first) + bigEndian(UInt16(request.count))
    }

    /// With the header of Modbus TCP (Modbus Messaging on TCP/IP 1.0b, §3.1.3).
    static func tcp(_ request: ReadRequest, unit: UInt8, transaction: UInt16) -> [UInt8] {
        let body = body(request, unit: unit)
        return bigEndian(transaction) + [0, 0] + bigEndian(UInt16(body.count)) + body
    }

    /// - Parameters:
    ///   - reply: of a serial line with its CRC, which was checked.
    ///   - transaction: nil on a serial line.
    /// - Returns: one register each, or 0 and 1 of one coil or input each, as many as were asked for.
    static func values(
        in reply: ArraySlice<UInt8>, to request: ReadRequest, unit: UInt8, transaction: UInt16?
    ) throws(Fault) -> [UInt16] {
        var body = reply
        if let transaction {
            guard body.count >= 9 else { throw .broken("it has \(body.count) bytes") }
            guard word(body, 0) == transaction else { throw .broken("it answers an earlier request") }
            guard word(body, 2) == 0, Int(word(body, 4)) == body.count - 6 else { throw .broken("its header is wrong") }
            body = body.dropFirst(6)
        } else {
            body = body.dropLast(2)
        }
        let bytes = Array(body)
        guard bytes.count >= 3 else { throw .broken("it has \(reply.count) bytes") }
        guard bytes[0] == unit else { throw .broken("it comes from unit \(bytes[0])") }
        if bytes[1] == request.functionCode | 0x80 { throw .exception(bytes[2]) }
        guard bytes[1] == request.functionCode else { throw .broken("it is of function \(bytes[1])") }
        let expected = request.table.holdsBits ? (request.count + 7) / 8 : request.count * 2
        let data = bytes.dropFirst(3)
        guard Int(bytes[2]) == expected, data.count == expected else {
            throw .broken("it holds \(data.count) bytes of \(expected)")
        }
        if request.table.holdsBits {
            return (0..<request.count).map { UInt16(data[data.startIndex + $0 / 8] >> UInt8($0 % 8) & 1) }
        }
        return (0..<request.count).map { word(data, $0 * 2) }
    }

    private static func bigEndian(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }

    private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt16 {
        UInt16(bytes[bytes.startIndex + offset]) << 8 | UInt16(bytes[bytes.startIndex + offset + 1])
    }
}
