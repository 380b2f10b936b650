import Domain

/// How a machine model speaks, read from `device-profiles/machines/<name>.yaml`.
public struct DeviceProfile: Sendable, Hashable {
    /// File name without `.yaml`.
    public let name: String
    /// The model whose manuals answer for the machine; nil in a generic profile, whose machines name it themselves.
    public let machineModel: MachineModel?
    /// Where the register map or payload format is published.
    public let source: String?
    public let transport: Transport
    /// How its codes are written elsewhere than in the manual.
    public let codeForms: CodeForms

    public enum Transport: Sendable, Hashable {
        case mqtt(PayloadProfile)
        case modbus(FaultRegisterProfile)
    }
}

/// Where a JSON payload keeps what an event needs.
public struct PayloadProfile: Sendable, Hashable {
    /// Keys from the outermost object inwards; written `alarm.code` in the profile.
    public struct Fields: Sendable, Hashable {
        public var id = ["id"]
        public var time = ["ts"]
        public var code = ["code"]
        public var message = ["message"]
        public var severity = ["severity"]
        public var active = ["active"]

        public init() {}
    }

    public var fields: Fields
    /// How a code that arrives as a number is written.
    public var codeFormat: CodeFormat
    /// Texts of the `active` field that mean "the fault is gone", compared without regard to case.
    public var inactiveTexts: Set<String>

    /// The payload that a gateway without a profile of its own publishes.
    public static let standard = PayloadProfile(fields: Fields(), codeFormat: .plain, inactiveTexts: [])

    public init(fields: Fields, codeFormat: CodeFormat, inactiveTexts: Set<String>) {
        self.fields = fields
        self.codeFormat = codeFormat
        self.inactiveTexts = inactiveTexts
    }
}

/// Where a device keeps its present fault and how the number becomes a code.
public struct FaultRegisterProfile: Sendable, Hashable {
    /// The Modbus table, named by what vendors call it; function code 03 reads holding, 04 input registers.
    public enum Table: String, Sendable, CaseIterable { case holding, input }
    public enum Width: String, Sendable, CaseIterable { case u16, u32 }
    /// Of the two registers of a u32: which half comes first on the wire.
    public enum WordOrder: String, Sendable, CaseIterable {
        case highFirst = "high-first"
        case lowFirst = "low-first"
    }
    /// Some drives pack a warning beside the fault in one register.
    public enum Part: String, Sendable, CaseIterable {
        case whole
        case lowByte = "low-byte"
        case highByte = "high-byte"
    }

    public let table: Table
    /// Wire address, from 0: the manual's 40001-style number less its offset.
    public let register: UInt16
    public let width: Width
    public let wordOrder: WordOrder
    public let part: Part
    /// Values that mean "no fault".
    public let noFault: Set<UInt32>
    public let codeFormat: CodeFormat
    /// Codes of single values, ahead of `codeFormat`.
    public let codes: [UInt32: String]
    /// Of this device; libmodbus's 500 ms is too short for some.
    public let responseTimeoutMs: Int
    public let pollMs: Int

    public init(
        table: Table, register: UInt16, width: Width = .u16, wordOrder: WordOrder = .highFirst, part: Part = .whole,
        noFault: Set<UInt32> = [0], codeFormat: CodeFormat = .plain, codes: [UInt32: String] = [:],
        responseTimeoutMs: Int = 1000, pollMs: Int = 1000
    ) {
        self.table = table
        self.register = register
        self.width = width
        self.wordOrder = wordOrder
        self.part = part
        self.noFault = noFault
        self.codeFormat = codeFormat
        self.codes = codes
        self.responseTimeoutMs = responseTimeoutMs
        self.pollMs = pollMs
    }

    var registerCount: Int { width == .u16 ? 1 : 2 }

    /// The fault value in registers as read, in wire order.
    ///
    /// - Parameter registers: ``registerCount`` of them.
    func value(of registers: [UInt16]) -> UInt32 {
        let whole: UInt32
        switch (width, wordOrder) {
        case (.u16, _): whole = UInt32(registers[0])
        case (.u32, .highFirst): whole = UInt32(registers[0]) << 16 | UInt32(registers[1])
        case (.u32, .lowFirst): whole = UInt32(registers[1]) << 16 | UInt32(registers[0])
        }
        switch part {
        case .whole: return whole
        case .lowByte: return whole & 0xFF
        case .highByte: return whole >> 8 & 0xFF
        }
    }

    func code(of value: UInt32) -> String { codes[value] ?? codeFormat.code(UInt64(value)) }
}
