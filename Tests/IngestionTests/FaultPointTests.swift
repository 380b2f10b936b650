import Domain
import Testing

@testable import Ingestion

@Suite("What registers say")
struct FaultPointTests {
    private func number(
        _ number: FaultPoint.Number, _ order: FaultPoint.ByteOrder, _ registers: [UInt16]
    ) -> [FaultSignal] {
        FaultPoint(register: 0, shape: .number(number, .whole), byteOrder: order, noFault: []).signals(in: registers)
    }

    @Test(
        "the four byte orders of a 32-bit number",
        arguments: [
            (FaultPoint.ByteOrder.abcd, [0x0102, 0x0304]), (.cdab, [0x0304, 0x0102]), (.badc, [0x0201, 0x0403]),
            (.dcba, [0x0403, 0x0201]),
        ] as [(FaultPoint.ByteOrder, [UInt16])])
    func orders(_ order: FaultPoint.ByteOrder, _ registers: [UInt16]) {
        #expect(number(.u32, order, registers) == [.number(0x0102_0304)])
    }

    @Test("signed numbers, and the order within one register")
    func signs() {
        #expect(number(.s16, .abcd, [0xFFFE]) == [.number(-2)])
        #expect(number(.u16, .badc, [0x3412]) == [.number(0x1234)])
        #expect(number(.s32, .cdab, [0xFFFE, 0xFFFF]) == [.number(-2)])
        #expect(number(.u32, .abcd, [0xFFFF, 0xFFFF]) == [.number(4_294_967_295)])
    }

    @Test("a float is a code when it is whole, and else kept as unreadable")
    func floats() {
        func read(_ value: Float) -> FaultSignal? {
            number(.f32, .abcd, [UInt16(value.bitPattern >> 16), UInt16(value.bitPattern & 0xFFFF)]).first
        }
        #expect(read(30_001) == .number(30_001))
        #expect(read(4.5) == .unreadable("expected a whole number, got 4.5"))
        for value in [Float.nan, .infinity, -.greatestFiniteMagnitude] {
            guard case .unreadable = read(value) else {
                Issue.record("\(value) was read as \(read(value).map { "\($0)" } ?? "nothing")")
                continue
            }
        }
    }

    @Test("ASCII pairs end at a NUL, lose blanks, and hold nothing but ASCII")
    func texts() {
        func read(_ registers: [UInt16], _ order: FaultPoint.ByteOrder = .abcd) -> [FaultSignal] {
            FaultPoint(
                register: 0, shape: .text(registers: registers.count), byteOrder: order, noFaultTexts: ["OK"]
            ).signals(in: registers)
        }
        #expect(read([0x452E, 0x4F43, 0x2000, 0x4141]) == [.text("E.OC")])
        #expect(read([0x2E45, 0x434F], .badc) == [.text("E.OC")])
        #expect(read([0x2020, 0]) == [])
        #expect(read([0x4F4B]) == [])
        #expect(read([0x1B5B, 0x3331]) == [.unreadable("expected ASCII, got the bytes 1b5b3331")])
    }

    @Test("bits count from the first register, or across a number high word first; named ones can be no fault")
    func bits() {
        func read(_ order: FaultPoint.ByteOrder?, _ noFault: Set<Int64> = []) -> [FaultSignal] {
            FaultPoint(register: 0, shape: .bits(count: 2), byteOrder: order, noFault: noFault)
                .signals(in: [0b1000_0000_0000_0001, 0b10])
        }
        #expect(read(nil) == [.number(0), .number(15), .number(17)])
        #expect(read(.abcd) == [.number(1), .number(16), .number(31)])
        #expect(read(.dcba) == [.number(7), .number(8), .number(25)])
        #expect(read(nil, [15]) == [.number(0), .number(17)])
        let coils = FaultPoint(table: .coils, register: 3, shape: .bits(count: 4))
        #expect(coils.signals(in: [0, 1, 0, 1]) == [.number(1), .number(3)])
    }

    @Test("a list holds each fault once, in any order, without its gaps; bytes of a register are told apart")
    func lists() {
        let list = FaultPoint(register: 0, shape: .list(registers: 4))
        #expect(list.signals(in: [30_003, 0, 30_001, 30_003]) == [.number(30_001), .number(30_003)])
        let low = FaultPoint(register: 0, shape: .number(.u16, .lowByte))
        let high = FaultPoint(register: 0, shape: .number(.u16, .highByte))
        #expect(low.signals(in: [0x2A07]) == [.number(7)] && high.signals(in: [0x2A07]) == [.number(42)])
        #expect(low.signals(in: [0x2A00]) == [])
    }

    @Test("numbers become codes by table and format, also below zero")
    func codes() {
        let point = FaultPoint(
            register: 0, naming: FaultNaming(format: CodeFormat("E%02d") ?? .plain, codes: [7: "ovA"]))
        #expect(point.code(of: .number(7))?.written == "ovA")
        #expect(point.code(of: .number(8))?.written == "E08")
        #expect(point.code(of: .number(-3))?.written == "-E03")
        #expect(point.code(of: .text("--")) == nil)
        #expect(point.code(of: .unreadable("x")) == nil)
    }
}

@Suite("Which requests read a device")
struct ReadPlanTests {
    private func plan(_ points: [FaultPoint], limit: Int = 125, gap: Int = 0) -> [String] {
        ReadPlan(points, maxRegisters: limit, maxGap: gap).requests.map {
            "\($0.functionCode):\($0.first)+\($0.count)"
        }
    }

    @Test("neighbours share a request, gaps only as far as the profile allows, tables never")
    func batches() {
        let points = [10, 12, 11, 20].map { FaultPoint(register: $0) } + [FaultPoint(table: .input, register: 12)]
        #expect(plan(points) == ["3:10+3", "3:20+1", "4:12+1"])
        #expect(plan(points, gap: 7) == ["3:10+11", "4:12+1"])
        #expect(plan(points, limit: 2, gap: 7) == ["3:10+2", "3:12+1", "3:20+1", "4:12+1"])
    }

    @Test("a list longer than the device's limit is read in pieces, a number never; two readers of a place share it")
    func limits() {
        let list = FaultPoint(register: 10, shape: .list(registers: 5))
        #expect(plan([list], limit: 2) == ["3:10+2", "3:12+2", "3:14+1"])
        let wide = FaultPoint(register: 11, shape: .number(.u32, .whole))
        #expect(plan([FaultPoint(register: 10), wide], limit: 2) == ["3:10+1", "3:11+2"])
        let halves = [FaultPoint.Part.lowByte, .highByte].map { FaultPoint(register: 8, shape: .number(.u16, $0)) }
        #expect(plan(halves) == ["3:8+1"])
        let coils = FaultPoint(table: .coils, register: 0, shape: .bits(count: 256))
        #expect(plan([coils], limit: 2) == ["1:0+256"])
    }

    @Test("the history is read before the register, so that no fault is told by the history alone that stands")
    func order() {
        let points = [FaultPoint(register: 1), FaultPoint(register: 500, shape: .history(registers: 8))]
        #expect(plan(points) == ["3:500+8", "3:1+1"])
    }

    @Test("places are cut out of what was read, and one that was not read whole is none")
    func image() {
        var image = RegisterImage()
        image.store([1, 2, 3], of: ReadRequest(table: .holding, first: 10, count: 3))
        #expect(image.signals(of: FaultPoint(register: 12)) == [.number(3)])
        #expect(image.signals(of: FaultPoint(register: 12, shape: .number(.u32, .whole))) == nil)
        #expect(image.signals(of: FaultPoint(table: .input, register: 12)) == nil)
    }
}

@Suite("Frames of a reply")
struct ModbusFrameTests {
    private let request = ReadRequest(table: .holding, first: 8449, count: 2)
    private let good: [UInt8] = [0, 7, 0, 0, 0, 7, 3, 3, 4, 0x12, 0x34, 0x56, 0x78]

    private func values(_ reply: [UInt8], _ request: ReadRequest? = nil) -> Result<[UInt16], ModbusFrame.Fault> {
        Result { () throws(ModbusFrame.Fault) in
            try ModbusFrame.answer(in: reply[...], to: request ?? self.request, unit: 3, transaction: 7)
        }
    }

    @Test("a request is what the standard says")
    func requestBytes() {
        #expect(ModbusFrame.tcp(request, unit: 3, transaction: 258) == [1, 2, 0, 0, 0, 6, 3, 3, 0x21, 0x01, 0, 2])
    }

    @Test("the reply to the request is read")
    func whole() {
        #expect(values(good) == .success([0x1234, 0x5678]))
        let bits = ReadRequest(table: .discrete, first: 0, count: 10)
        #expect(values([0, 7, 0, 0, 0, 5, 3, 2, 2, 0b101, 0b10], bits) == .success([1, 0, 1, 0, 0, 0, 0, 0, 0, 1]))
    }

    @Test("any other byte in the head, any cut and any addition is refused")
    func refused() {
        for index in 0..<9 {
            var other = good
            other[index] ^= 1
            #expect(values(other) != values(good), "byte \(index)")
        }
        for length in good.indices {
            #expect(throws: ModbusFrame.Fault.self) { try values(Array(good.prefix(length))).get() }
        }
        #expect(throws: ModbusFrame.Fault.self) { try values(good + [0]).get() }
    }

    @Test("an exception is told apart from what is broken")
    func exception() {
        #expect(values([0, 7, 0, 0, 0, 3, 3, 0x83, 2]) == .failure(.exception(2)))
        #expect(values([0, 7, 0, 0, 0, 3, 4, 0x83, 2]) == .failure(.broken("it comes from unit 4")))
    }
}
