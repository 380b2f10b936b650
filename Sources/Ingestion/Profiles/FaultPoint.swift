import Domain

/// One place in a device's register map that tells of faults.
public struct FaultPoint: Sendable, Hashable {
    /// The four Modbus tables, by what vendors call them.
    public enum Table: String, Sendable, CaseIterable {
        /// Function code 01.
        case coils
        /// Function code 02.
        case discrete
        /// Function code 03.
        case holding
        /// Function code 04.
        case input

        var holdsBits: Bool { self == .coils || self == .discrete }
    }

    /// How numbers lie in registers; the letters are the bytes of `0xAABBCCDD`, as vendors write it.
    ///
    /// Of a 16-bit value only the order within the register counts.
    public enum ByteOrder: String, Sendable, CaseIterable {
        case abcd = "ABCD"
        case cdab = "CDAB"
        case badc = "BADC"
        case dcba = "DCBA"

        var isHighWordFirst: Bool { self == .abcd || self == .badc }
        var swapsBytes: Bool { self == .badc || self == .dcba }
    }

    public enum Number: String, Sendable, CaseIterable {
        case u16, s16, u32, s32, f32

        public var registerCount: Int { self == .u16 || self == .s16 ? 1 : 2 }
    }

    /// Some drives pack a warning beside the fault in one register.
    public enum Part: String, Sendable, CaseIterable {
        case whole
        case lowByte = "low-byte"
        case highByte = "high-byte"
    }

    public enum Shape: Sendable, Hashable {
        /// The code of the present fault.
        case number(Number, Part)
        /// The code of the present fault as ASCII, two characters a register.
        case text(registers: Int)
        /// Each set bit is a fault of its own, from bit 0; so many registers, or so many coils or discrete inputs.
        case bits(count: Int)
        /// The codes of all present faults, one a register, in any order.
        case list(registers: Int)
        /// The codes of the last faults, one a register, newest first; tells of faults that come and go between polls.
        case history(registers: Int)
    }

    public let table: Table
    /// Wire address, from 0.
    public let register: UInt16
    public let shape: Shape
    public let byteOrder: ByteOrder
    /// Values that mean "no fault", of numbers, lists and histories; of a bit field, bits that are no fault.
    public let noFault: Set<Int64>
    /// Texts that mean "no fault", as blanks do.
    public let noFaultTexts: Set<String>
    public let naming: FaultNaming
    /// Nil takes the profile's.
    public let pollMs: Int?

    public init(
        table: Table = .holding, register: UInt16, shape: Shape = .number(.u16, .whole), byteOrder: ByteOrder? = nil,
        noFault: Set<Int64>? = nil, noFaultTexts: Set<String> = [], naming: FaultNaming = FaultNaming(),
        pollMs: Int? = nil
    ) {
        self.table = table
        self.register = register
        self.shape = shape
        self.byteOrder = byteOrder ?? FaultPoint.standardByteOrder(of: shape)
        self.noFault = noFault ?? FaultPoint.standardNoFault(of: shape)
        self.noFaultTexts = noFaultTexts
        self.naming = naming
        self.pollMs = pollMs
    }

    /// Numbers come high word first, as the protocol sends bytes; a PLC's alarm words count bits from the first register.
    static func standardByteOrder(of shape: Shape) -> ByteOrder {
        if case .bits = shape { .cdab } else { .abcd }
    }

    static func standardNoFault(of shape: Shape) -> Set<Int64> {
        if case .bits = shape { [] } else { [0] }
    }

    /// Registers, coils or discrete inputs that are read.
    var length: Int {
        switch shape {
        case .number(let number, _): number.registerCount
        case .text(let count), .bits(let count), .list(let count), .history(let count): count
        }
    }

    /// A value that is torn between two replies is no value.
    var isAtomic: Bool {
        switch shape {
        case .number, .text: true
        case .bits, .list, .history: false
        }
    }

    var isHistory: Bool { if case .history = shape { true } else { false } }

    /// More than one fault can stand at once.
    var holdsMany: Bool {
        switch shape {
        case .bits, .list: true
        case .number, .text, .history: false
        }
    }

    /// Names the place in idempotency keys; no two places of a profile share one.
    var id: String {
        let place =
            switch table {
            case .holding: "\(register)"
            case .input: "i\(register)"
            case .coils: "c\(register)"
            case .discrete: "d\(register)"
            }
        switch shape {
        case .number(_, .whole), .text: return place
        case .number(_, let part): return "\(place).\(part.rawValue)"
        case .bits: return "\(place).bits"
        case .list: return "\(place).list"
        case .history: return "\(place).history"
        }
    }
}
