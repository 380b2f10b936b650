import CModbus
import Domain
import Foundation
import TestSupport
import Testing

@testable import Ingestion

@Suite("The Modbus server that PLCs write to")
struct ModbusServerTests {
    private let press = MachineID(rawValue: "press-07")
    /// Exceptions 6 and 2, as libmodbus's client numbers them.
    private let busy = Int32(MODBUS_ENOBASE) + 6
    private let illegalAddress = Int32(MODBUS_ENOBASE) + 2

    /// A PLC: libmodbus's client side.
    private final class PLC {
        private let context: OpaquePointer

        init(_ port: UInt16) throws {
            context = try #require(modbus_new_tcp("127.0.0.1", Int32(port)))
            try #require(modbus_connect(context) == 0)
            modbus_set_response_timeout(context, 20, 0)
        }

        deinit {
            modbus_close(context)
            modbus_free(context)
        }

        /// - Returns: 0, or libmodbus's error number.
        func write(_ values: [UInt16], at address: Int) -> Int32 {
            modbus_write_registers(context, Int32(address), Int32(values.count), values) < 0 ? errno : 0
        }

        func push(_ sequence: UInt16, machine: UInt16 = 3, code: UInt16, value: UInt16 = 1, slot: Int? = nil) -> Int32 {
            write([sequence, machine, 0, code, value], at: 16 + 8 * (slot ?? Int(sequence) % 4))
        }

        func acknowledged(slot: Int) -> UInt16? {
            var value: UInt16 = 0
            return modbus_read_registers(context, Int32(16 + 8 * slot + 5), 1, &value) == 1 ? value : nil
        }

        func send(_ bytes: [UInt8]) -> Bool {
            Foundation.send(modbus_get_socket(context), bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        }
    }

    private func server(_ journal: MemoryJournal, client: String = "127.0.0.1") throws -> ModbusEventServer {
        let machine = PushMachine(
            machine: press, client: client, number: 3, profileName: "plc",
            naming: FaultNaming(format: try #require(CodeFormat("A%03d"))))
        return ModbusEventServer(
            settings: PushSettings(bind: "127.0.0.1", port: 0, slots: 4), machines: [machine], sink: journal,
            recall: journal, logger: quiet)
    }

    private func serving<Result: Sendable>(
        _ journal: MemoryJournal, client: String = "127.0.0.1",
        _ body: @Sendable (ModbusEventServer, UInt16) async throws -> Result
    ) async throws -> Result {
        let server = try server(journal, client: client)
        return try await running(server) {
            try await until("it listens") { server.port != nil }
            return try await body(server, try #require(server.port))
        }
    }

    @Test("an event that a PLC writes is durable when it reads the number back; writing it again makes no second one")
    func push() async throws {
        let journal = MemoryJournal()
        try await serving(journal) { server, port in
            let plc = try PLC(port)
            #expect(plc.acknowledged(slot: 1) == 0)
            #expect(plc.push(1, code: 17) == 0)
            #expect(plc.acknowledged(slot: 1) == 1)
            #expect(journal.events.count == 1)
            #expect(plc.push(1, code: 17) == 0)
            #expect(plc.push(2, code: 17, value: 0) == 0)
            #expect(server.statuses[0].state == .up)
        }
        let event = try #require(journal.events.first)
        #expect(event.machine == press && event.report?.code.written == "A017" && event.report?.active == true)
        #expect(journal.events.count == 2 && journal.events[1].report?.active == false)
        #expect(journal.duplicates == 1)
    }

    @Test("a journal that refuses makes the PLC try again, and nothing is acknowledged")
    func fullDisk() async throws {
        let journal = MemoryJournal()
        try await serving(journal) { server, port in
            let plc = try PLC(port)
            journal.refuse(times: 2)
            for _ in 1...2 { #expect(plc.push(1, code: 5) == busy) }
            #expect(plc.acknowledged(slot: 1) == 0)
            #expect(plc.push(1, code: 5) == 0)
            #expect(plc.acknowledged(slot: 1) == 1)
        }
        #expect(journal.codes == ["A005"])
    }

    @Test("after a restart of the appliance an event that is written again is known, a new one of its number is not")
    func restart() async throws {
        let journal = MemoryJournal()
        try await serving(journal) { _, port in
            let plc = try PLC(port)
            #expect(plc.write([77], at: 0) == 0)
            #expect(plc.push(9, code: 1) == 0)
        }
        try await serving(journal) { _, port in
            let plc = try PLC(port)
            #expect(plc.push(9, code: 1) == 0)
            // The PLC started anew and says so.
            #expect(plc.write([78], at: 0) == 0)
            #expect(plc.push(9, code: 1) == 0)
        }
        #expect(journal.events.count == 2)
        #expect(journal.duplicates == 1)
    }

    @Test("what no machine has, and what is neither coming nor going, is kept and acknowledged")
    func oddEvents() async throws {
        let journal = MemoryJournal()
        try await serving(journal) { _, port in
            let plc = try PLC(port)
            #expect(plc.push(1, machine: 9, code: 1) == 0)
            #expect(plc.push(2, code: 1, value: 7) == 0)
            #expect(plc.acknowledged(slot: 2) == 2)
        }
        #expect(
            journal.events.compactMap(\.unparseableReason) == [
                "127.0.0.1 wrote machine 9, which no configured machine is",
                "127.0.0.1 wrote the value 7, expected 1 (comes) or 0 (goes)",
            ])
    }

    @Test("an address that no machine names is let in to nothing")
    func stranger() async throws {
        let journal = MemoryJournal()
        try await serving(journal, client: "127.0.0.9") { _, port in
            let plc = try PLC(port)
            #expect(plc.push(1, code: 1) != 0)
        }
        #expect(journal.events.isEmpty)
    }

    @Test("a record that comes after a minute tells how many came since the last")
    func malformedCount() throws {
        let journal = MemoryJournal()
        var intake = PushIntake(
            client: "10.0.3.50", machines: [], slots: 1, sink: journal, recall: journal, clock: SystemClock(),
            logger: quiet)
        for second in 0...60 { try intake.keep(malformed: [1, 2], nowNs: Int64(second) * 1_000_000_000) }
        #expect(intake.unreadable == 61 && journal.events.count == 2)
        #expect(
            journal.events[1].unparseableReason
                == "10.0.3.50 sent bytes that are no Modbus TCP request; 59 more came since the last that was kept")
    }

    @Test("other functions and registers are refused; bytes that are no Modbus are counted and end the connection")
    func refused() async throws {
        let journal = MemoryJournal()
        try await serving(journal) { server, port in
            let plc = try PLC(port)
            #expect(plc.write([1], at: 16 + 8 * 4) == illegalAddress)
            // A function that writes coils, then a count that does not fit its bytes.
            #expect(plc.send([0, 9, 0, 0, 0, 6, 1, 5, 0, 0, 0xFF, 0]))
            #expect(plc.send([0, 9, 0, 0, 0, 9, 1, 16, 0, 16, 0, 9, 2, 0, 1]))
            try await until("it is kept") { journal.events.count == 1 }
            #expect(plc.send(Array("GET / HTTP/1.1\r\n".utf8)))
            try await until("it is counted") { server.statuses[0].malformed == 2 }
            #expect(plc.acknowledged(slot: 0) == nil)
            for count in 3...50 {
                let other = try PLC(port)
                #expect(other.send(Array("GET / HTTP/1.1\r\n".utf8)))
                try await until("each is counted") { server.statuses[0].malformed == count }
            }
            #expect(try PLC(port).push(1, code: 4) == 0)
        }
        #expect(journal.events[0].unparseableReason?.contains("no Modbus TCP request") == true)
        // One a minute.
        #expect(journal.events.count == 2)
        #expect(journal.codes == ["A004"])
    }

    @Test("frames are cut out of a stream whatever its pieces")
    func pieces() {
        let frames: [[UInt8]] = [
            [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1], [0, 2, 0, 0, 0, 9, 1, 16, 0, 0, 0, 1, 2, 0, 7],
        ]
        for size in 1...27 {
            var buffer = RequestBuffer()
            var found: [RequestBuffer.Next] = []
            let stream = frames.flatMap { $0 }
            for start in stride(from: 0, to: stream.count, by: size) {
                buffer.append(stream[start..<min(start + size, stream.count)])
                while case .frame(let frame) = buffer.next() { found.append(.frame(frame)) }
            }
            #expect(found == frames.map { .frame($0) })
        }
    }

    @Test("random bytes and random writes are taken without harm")
    func garbage() {
        let seed = testSeed("server garbage")
        var generator = SeededGenerator(seed: seed)
        var ring = EventRing(slots: 2, session: 0)
        for round in 0..<600 {
            // Every other frame is a write of three registers, somewhere in the ring or beyond.
            let isWrite = round.isMultiple(of: 2)
            var frame = (0..<(isWrite ? 19 : round)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if isWrite { frame.replaceSubrange(7..<13, with: [16, 0, UInt8(round % 40), 0, 3, 6]) }
            var buffer = RequestBuffer()
            buffer.append(frame)
            while case .frame = buffer.next() {}
            if case .write(let first, let values) = ServerRequest(frame), ring.holds(first, values.count) {
                for entry in ring.write(values, at: first) { ring.acknowledge(entry) }
            }
        }
        #expect(ring.registers.count == 32)
    }

    @Test("a sequence that starts over goes on in the next lap; what is behind belongs to the lap it came from")
    func laps() {
        var sequence = PushSequence(client: "c")
        func key(_ number: UInt16) -> String {
            let entry = EventRing.Entry(slot: 0, sequence: number, machine: 1, code: 2, value: 1)
            return sequence.key(of: entry, session: 5)
        }
        #expect(key(65_534) == "modbus:push:c|5:0:65534:1:2:1")
        #expect(key(1).hasPrefix("modbus:push:c|5:1:1:"))
        #expect(key(65_535).hasPrefix("modbus:push:c|5:0:65535:"))
        #expect(key(2).hasPrefix("modbus:push:c|5:1:2:"))
        var restored = PushSequence(client: "c")
        #expect(restored.restore(newestKey: "modbus:push:c|5:1:2:1:2:1") == 5)
        let entry = EventRing.Entry(slot: 0, sequence: 65_535, machine: 1, code: 2, value: 1)
        #expect(restored.key(of: entry, session: 5).hasPrefix("modbus:push:c|5:0:65535:"))
    }
}
