import Domain
import Foundation
import Ingestion
import Simulation
import Testing

@Suite("Modbus source with a real server")
struct ModbusSourceTests {
    private let register: UInt16 = 8449
    private let drive = MachineID(rawValue: "drive-03")

    private func plc() throws -> ModbusSimulator { try ModbusSimulator(firstRegister: register, registerCount: 8) }

    private func profile(_ points: FaultPoint..., maxRegisters: Int = 125) throws -> ModbusProfile {
        let standard = FaultPoint(register: register, naming: FaultNaming(format: try #require(CodeFormat("F%03d"))))
        return ModbusProfile(
            faults: points.isEmpty ? [standard] : points, maxRegisters: maxRegisters, responseTimeoutMs: 300, pollMs: 20
        )
    }

    private func target(
        _ plc: ModbusSimulator, machine: String = "drive-03", unit: UInt8 = 1, profile: ModbusProfile? = nil
    ) throws -> ModbusTarget {
        ModbusTarget(
            machine: MachineID(rawValue: machine), link: .tcp(host: plc.host, port: plc.port), unit: unit,
            profileName: "test-drive", profile: try profile ?? self.profile())
    }

    private func source(_ journal: MemoryJournal, _ targets: ModbusTarget...) -> ModbusSource {
        ModbusSource(targets: targets, sink: journal, recall: journal, logger: quiet)
    }

    private func history(_ journal: MemoryJournal, of machine: String = "drive-03") -> [String] {
        journal.events.filter { $0.machine?.rawValue == machine }.compactMap(\.report).map {
            ($0.active ? "+" : "-") + $0.code.written
        }
    }

    @Test("a fault that comes, changes and goes makes an event for each change, and none between")
    func changes() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let journal = MemoryJournal()
        let source = try source(journal, target(plc))
        try await running(source) {
            try await until("polls without fault") { plc.requestCount >= 3 }
            for (value, count) in [(5, 1), (7, 3), (0, 4)] {
                plc.set(register, to: UInt16(value))
                try await until("change to \(value) arrives") { journal.events.count == count }
                let before = plc.requestCount
                try await until("more polls") { plc.requestCount >= before + 3 }
            }
        }
        #expect(history(journal) == ["+F005", "-F005", "+F007", "-F007"])
        #expect(journal.events[0].source == .modbus(register: register))
        #expect(source.statuses[0].state == .up)
    }

    @Test("a fault that stood before a restart is not reported again, one that went meanwhile is reported as gone")
    func restart() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let journal = MemoryJournal()
        plc.set(register, to: 5)
        let first = try source(journal, target(plc))
        try await running(first) { try await until("fault arrives") { journal.events.count == 1 } }
        let second = try source(journal, target(plc))
        try await running(second) { try await until("polls") { second.statuses[0].contacts >= 3 } }
        #expect(history(journal) == ["+F005"])
        plc.set(register, to: 0)
        let third = try source(journal, target(plc))
        try await running(third) { try await until("end arrives") { journal.events.count == 2 } }
        plc.set(register, to: 5)
        let fourth = try source(journal, target(plc))
        try await running(fourth) { try await until("new fault arrives") { journal.events.count == 3 } }
        #expect(history(journal) == ["+F005", "-F005", "+F005"])
    }

    @Test("changes wait for a journal that refuses them, in order, even when the fault has gone by then")
    func fullDisk() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let journal = MemoryJournal()
        journal.refuse(times: .max)
        let source = try source(journal, target(plc))
        try await running(source) {
            for value in [5, 0, 9] {
                plc.set(register, to: UInt16(value))
                let before = plc.requestCount
                try await until("value \(value) is read") { plc.requestCount >= before + 3 }
            }
            #expect(source.statuses[0].state == .degraded)
            journal.refuse(times: 0)
            try await until("all arrive") { journal.events.count == 3 }
        }
        #expect(history(journal) == ["+F005", "-F005", "+F009"])
    }

    @Test(
        "a device that fails delays nobody else, is reported, and is polled again when it is well",
        arguments: [ModbusSimulator.Behaviour.mute, .stopsInMidReply, .exception(4)])
    func badDevice(_ behaviour: ModbusSimulator.Behaviour) async throws {
        let bad = try plc()
        let good = try plc()
        defer {
            bad.stop()
            good.stop()
        }
        bad.behave(behaviour)
        let journal = MemoryJournal()
        let source = try source(journal, target(bad, machine: "bad"), target(good, machine: "good"))
        try await running(source) {
            try await until("bad one is degraded") { source.statuses[0].state == .degraded }
            let before = good.requestCount
            try await until("good one is polled on") { good.requestCount >= before + 20 }
            good.set(register, to: 3)
            try await until("good one's fault arrives") { !journal.events.isEmpty }
            #expect(source.statuses[0].contacts == 0)
            bad.set(register, to: 12)
            bad.behave(.normal)
            try await until("bad one's fault arrives") { journal.events.count == 2 }
        }
        #expect(history(journal, of: "good") == ["+F003"])
        #expect(history(journal, of: "bad") == ["+F012"])
        #expect(source.statuses[0].state == .up)
        let error = try #require(source.statuses[0].lastError)
        switch behaviour {
        case .mute, .stopsInMidReply: #expect(error.contains("sent no complete reply within 300 ms"))
        default: #expect(error.contains("answers with an exception: Slave device or server failure"))
        }
    }

    @Test("a device that restarts is found again")
    func restartedDevice() async throws {
        let journal = MemoryJournal()
        let first = try plc()
        let target = try target(first)
        let source = source(journal, target)
        try await running(source) {
            try await until("polls") { source.statuses[0].contacts > 0 }
            first.stop()
            try await until("loss is noticed") { source.statuses[0].state == .degraded }
            let second = try ModbusSimulator(firstRegister: register, registerCount: 8, port: first.port)
            second.set(register, to: 4)
            try await until("fault arrives") { journal.events.count == 1 }
            second.stop()
        }
        #expect(history(journal) == ["+F004"])
    }

    @Test("a register that the device does not have is named")
    func wrongRegister() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let journal = MemoryJournal()
        let source = try source(journal, target(plc, profile: profile(FaultPoint(register: 40))))
        try await running(source) {
            try await until("degraded") { source.statuses[0].state == .degraded }
        }
        let error = try #require(source.statuses[0].lastError)
        #expect(error.contains("refuses holding register 40: Illegal data address"))
        #expect(journal.events.isEmpty)
    }

    @Test("all four tables and every shape are read in one poll")
    func shapes() async throws {
        let plc = try plc()
        defer { plc.stop() }
        plc.set(register, to: [1, 2, 0x452E, 0x4F43, 0b101, 30_001, 0, 30_002])
        plc.set(coil: register + 1, to: true)
        let journal = MemoryJournal()
        let e = FaultNaming(format: try #require(CodeFormat("E%d")))
        let profile = try profile(
            FaultPoint(table: .input, register: register, shape: .number(.u32, .whole)),
            FaultPoint(register: register, shape: .number(.u32, .whole), byteOrder: .cdab),
            FaultPoint(register: register + 2, shape: .text(registers: 2)),
            FaultPoint(register: register + 4, shape: .bits(count: 1), naming: e),
            FaultPoint(register: register + 5, shape: .list(registers: 3)),
            FaultPoint(table: .coils, register: register, shape: .bits(count: 3), naming: e),
            FaultPoint(table: .discrete, register: register + 1, shape: .bits(count: 1), naming: e),
            maxRegisters: 2)
        let source = try source(journal, target(plc, profile: profile))
        try await running(source) { try await until("all arrive") { journal.events.count == 9 } }
        #expect(
            history(journal) == ["+65538", "+131073", "+E.OC", "+E0", "+E2", "+30001", "+30002", "+E1", "+E0"])
    }

    @Test("units behind one gateway share a connection; a dead one neither stops nor shifts the others")
    func gateway() async throws {
        let plc = try ModbusSimulator(firstRegister: register, registerCount: 8, units: [1, 2, 3])
        defer { plc.stop() }
        plc.silence([2])
        for unit: UInt8 in 1...3 { plc.set(register, to: UInt16(unit) * 11, unit: unit) }
        let journal = MemoryJournal()
        let source = try source(
            journal, target(plc, machine: "one", unit: 1), target(plc, machine: "two", unit: 2),
            target(plc, machine: "three", unit: 3))
        try await running(source) {
            try await until("the dead one is degraded") { source.statuses[1].state == .degraded }
            let before = source.statuses.map(\.contacts)
            try await until("the others are polled on") {
                source.statuses[0].contacts >= before[0] + 20 && source.statuses[2].contacts >= before[2] + 20
            }
            plc.silence([])
            try await until("it is back") { source.statuses[1].state == .up }
        }
        #expect(history(journal, of: "one") == ["+F011"])
        #expect(history(journal, of: "two") == ["+F022"])
        #expect(history(journal, of: "three") == ["+F033"])
    }

    @Test(
        "replies that come twice, from another unit or for an earlier request are never taken for an answer",
        arguments: [ModbusSimulator.Behaviour.repeatsReply, .foreignUnit, .staleReply])
    func wrongReplies(_ behaviour: ModbusSimulator.Behaviour) async throws {
        let plc = try ModbusSimulator(firstRegister: register, registerCount: 8, units: [1, 2])
        defer { plc.stop() }
        plc.behave(behaviour)
        for unit: UInt8 in 1...2 { plc.set(register, to: [UInt16(unit), 7, 7, UInt16(unit) + 10], unit: unit) }
        // Two requests for each poll: were one reply late, a register would show the other's value.
        let points = [FaultPoint(register: register), FaultPoint(register: register + 3)]
        let profile = try profile(points[0], points[1])
        let journal = MemoryJournal()
        let source = try source(
            journal, target(plc, machine: "one", unit: 1, profile: profile),
            target(plc, machine: "two", unit: 2, profile: profile))
        try await running(source) {
            let before = plc.requestCount
            try await until("many requests") { plc.requestCount >= before + 12 }
            if behaviour != .repeatsReply {
                #expect(journal.codes.isEmpty)
                #expect(source.statuses[0].lastError?.contains("fits no request") == true)
                #expect(source.statuses.allSatisfy { $0.malformed > 1 })
                let kept = journal.events.filter { $0.unparseableReason?.contains("fits no request") == true }
                #expect(Set(kept.map(\.machine)).count == 2 && kept.count == 2, "one a minute of each")
                // Header, unit, function, length and one register.
                #expect(kept.allSatisfy { $0.payload.bytes.count == 11 })
            }
            plc.behave(.normal)
            try await until("all faults arrive") { journal.codes.count == 4 }
        }
        #expect(history(journal, of: "one").sorted() == ["+1", "+11"])
        #expect(history(journal, of: "two").sorted() == ["+12", "+2"])
    }

    @Test("a fault between two polls is told from the history register")
    func betweenPolls() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let journal = MemoryJournal()
        let profile = try profile(
            FaultPoint(register: register), FaultPoint(register: register + 1, shape: .history(registers: 4)))
        let source = try source(journal, target(plc, profile: profile))
        try await running(source) {
            try await until("polls") { source.statuses[0].contacts >= 2 }
            plc.set(register + 1, to: [5, 0, 0, 0])
            try await until("it is told") { journal.events.count == 2 }
            plc.set(register, to: [7, 7, 5, 0, 0])
            try await until("the next is told") { journal.events.count == 3 }
            let before = source.statuses[0].contacts
            try await until("and not again") { source.statuses[0].contacts >= before + 5 }
        }
        #expect(history(journal) == ["+5", "-5", "+7"])
    }
}
