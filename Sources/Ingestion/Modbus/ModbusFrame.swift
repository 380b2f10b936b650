/// The bytes of a request and the checks of its reply.
///
/// libmodbus's own readers check neither the unit of a TCP reply nor that its length is the one asked for in every
/// version, so the whole frame is checked here; libmodbus checks the CRC of a serial one.
enum ModbusFrame {
    enum Fault: Error, Hashable {
        case exception(UInt8)
        case broken(String)
    }

    /// Unit, function and data: what both kinds of line have in common.
    static func body(_ request: some ModbusRequest, unit: UInt8) -> [UInt8] {
        [unit, request.functionCode] + request.data
    }

    /// With the header of Modbus TCP (Modbus Messaging on TCP/IP 1.0b, §3.1.3).
    static func tcp(_ request: some ModbusRequest, unit: UInt8, transaction: UInt16) -> [UInt8] {
        let body = body(request, unit: unit)
        return bigEndian(transaction) + [0, 0] + bigEndian(UInt16(body.count)) + body
    }

    /// - Parameters:
    ///   - reply: of a serial line with its CRC, which was checked.
    ///   - transaction: nil on a serial line.
    static func answer<Request: ModbusRequest>(
        in reply: ArraySlice<UInt8>, to request: Request, unit: UInt8, transaction: UInt16?
    ) throws(Fault) -> Request.Answer {
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
        return try request.answer(in: bytes.dropFirst(2))
    }

    static func bigEndian(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }

    static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt16 {
        UInt16(bytes[bytes.startIndex + offset]) << 8 | UInt16(bytes[bytes.startIndex + offset + 1])
    }
}
