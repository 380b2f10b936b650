import Domain

/// A way to read one register number of a manual: which base, table, type and byte order.
public struct RegisterReading: Sendable, Hashable {
    /// What the manual's numbers count from.
    public enum Base: Int, Sendable, CaseIterable {
        /// The number is the wire address.
        case zero = 0
        /// The first register is 1.
        case one = 1
    }

    public let base: Base
    public let table: FaultPoint.Table
    public let number: FaultPoint.Number
    public let byteOrder: FaultPoint.ByteOrder

    /// Wire address of `register` as the manual writes it; nil below the base.
    public static func address(of register: Int, base: Base) -> UInt16? { UInt16(exactly: register - base.rawValue) }

    /// All ways, the plainest first: where several give the same value, the first is the likeliest.
    static func all(_ table: FaultPoint.Table, _ base: Base) -> [RegisterReading] {
        FaultPoint.Number.allCases.flatMap { number in
            let orders: [FaultPoint.ByteOrder] =
                number.registerCount == 1 ? [.abcd, .badc] : [.abcd, .cdab, .badc, .dcba]
            return orders.map { RegisterReading(base: base, table: table, number: number, byteOrder: $0) }
        }
    }

    /// As the profile's keys say it.
    public func point(register: Int, naming: FaultNaming = FaultNaming()) -> FaultPoint? {
        RegisterReading.address(of: register, base: base).map {
            FaultPoint(
                table: table, register: $0, shape: .number(number, .whole), byteOrder: byteOrder, noFault: [],
                naming: naming)
        }
    }
}

/// One value that a register gives, read in one of the ways.
public struct RegisterValue: Sendable, Hashable {
    public let reading: RegisterReading
    public let address: UInt16
    /// Decimal; for a float that is no whole number, what it is.
    public let text: String
    /// Nil for a float that is no whole number.
    public let number: Int64?
}

/// What was found at one wire address of one table.
public struct RegisterSighting: Sendable, Hashable {
    public let base: RegisterReading.Base
    public let table: FaultPoint.Table
    public let address: UInt16
    /// Two registers, one where the device has no second; empty when it refuses.
    public let registers: [UInt16]
    /// Why the device refuses.
    public let refusal: String?

    /// The registers read in every type and byte order that they are long enough for.
    public var values: [RegisterValue] {
        RegisterReading.all(table, base).compactMap { reading in
            guard registers.count >= reading.number.registerCount else { return nil }
            let point = FaultPoint(
                table: table, register: address, shape: .number(reading.number, .whole), byteOrder: reading.byteOrder,
                noFault: [])
            let signal = point.signals(in: Array(registers.prefix(reading.number.registerCount))).first
            guard case .number(let number)? = signal else {
                guard case .unreadable(let reason)? = signal else { return nil }
                let text = reason.split(separator: " ").last.map(String.init) ?? reason
                return RegisterValue(reading: reading, address: address, text: text, number: nil)
            }
            return RegisterValue(reading: reading, address: address, text: "\(number)", number: number)
        }
    }

    /// The registers' bytes as ASCII, with dots for what is none.
    public var ascii: String {
        registers.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            .map { (0x20...0x7E).contains($0) ? String(Unicode.Scalar($0)) : "." }.joined()
    }
}
