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

    private func profile(
        table: FaultRegisterProfile.Table = .holding, register: UInt16? = nil,
        width: FaultRegisterProfile.Width = .u16, wordOrder: FaultRegisterProfile.WordOrder = .highFirst,
        timeoutMs: Int = 300
    ) throws -> FaultRegisterProfile {
        FaultRegisterProfile(
            table: table, register: register ?? self.register, width: width, wordOrder: wordOrder,
            codeFormat: try #require(CodeFormat("F%03d")), responseTimeoutMs: timeoutMs, pollMs: 20)
    }

    private func target(
        _ plc: ModbusSimulator, machine: String = "drive-03", profile: FaultRegisterProfile? = nil
    ) throws -> ModbusTarget {
        ModbusTarget(
            machine: MachineID(rawValue: machine), host: plc.host, port: plc.port, unit: 1,
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
            let second = try ModbusSimulator(firstRegister: register, registerCount: 8, port: target.port)
            second.set(register, to: 4)
            try await until("fault arrives") { journal.events.count == 1 }
            second.stop()
        }
        #expect(history(journal) == ["+F004"])
    }

    @Test("a register that the device does not have is named, with the profile to mend")
    func wrongRegister() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let journal = MemoryJournal()
        let source = try source(journal, target(plc, profile: profile(register: 40)))
        try await running(source) {
            try await until("degraded") { source.statuses[0].state == .degraded }
        }
        let error = try #require(source.statuses[0].lastError)
        #expect(error.contains("refuses holding register 40: Illegal data address"))
        #expect(error.contains("device profile test-drive"))
        #expect(journal.events.isEmpty)
    }

    @Test("input registers and both word orders of a 32-bit value are read")
    func widths() async throws {
        let plc = try plc()
        defer { plc.stop() }
        plc.set(register, to: 1)
        plc.set(register + 1, to: 2)
        let journal = MemoryJournal()
        let high = try profile(table: .input, width: .u32)
        let low = try profile(table: .input, width: .u32, wordOrder: .lowFirst)
        let source = try source(
            journal, target(plc, machine: "high", profile: high), target(plc, machine: "low", profile: low))
        try await running(source) { try await until("both arrive") { journal.events.count == 2 } }
        #expect(history(journal, of: "high") == ["+F65538"])
        #expect(history(journal, of: "low") == ["+F131073"])
    }
}
