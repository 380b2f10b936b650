import Domain
import Foundation
import Simulation
import TestSupport
import Testing

@testable import Ingestion

@Suite("A fault history beside a register, over a restart")
struct HistoryRestartTests {
    private let machine = MachineID(rawValue: "m")
    private let points = [FaultPoint(register: 500, shape: .history(registers: 4)), FaultPoint(register: 10)]

    /// A look at the list and the register.
    private typealias Look = (list: [UInt16], fault: UInt16)

    private func observe(_ faults: inout MachineFaults, _ look: Look, _ points: [FaultPoint]) {
        faults.observe([(0, points[0].signals(in: look.list)), (1, points[1].signals(in: [look.fault]))])
    }

    /// Goes on from the keys that a journal holds.
    private func restarted(_ keys: [String], _ points: [FaultPoint]) -> MachineFaults {
        var faults = MachineFaults(machine: machine, points: points)
        faults.restore { prefix in keys.last { $0.hasPrefix(prefix) } }
        return faults
    }

    /// What is told by the looks after a stop.
    private func told(
        before: [Look], after: [Look], points: [FaultPoint]? = nil, changedTo changed: [FaultPoint]? = nil
    ) -> [String] {
        let points = points ?? self.points
        var first = MachineFaults(machine: machine, points: points)
        for look in before { observe(&first, look, points) }
        var second = restarted(first.pending.map(\.edge.key), changed ?? points)
        for look in after { observe(&second, look, changed ?? points) }
        return second.pending.map { ($0.edge.active ? "+" : "-") + $0.edge.signal.token }
    }

    @Test("a fault that came and went meanwhile is told, once")
    func missed() {
        #expect(
            told(
                before: [([3, 2, 1, 0], 0), ([5, 3, 2, 1], 5), ([5, 3, 2, 1], 0)],
                after: [([7, 5, 3, 2], 0), ([7, 5, 3, 2], 0)]) == ["+7", "-7"])
    }

    @Test("nothing is told twice when nothing came, also where the list learns of a fault after its register")
    func nothing() {
        for last: [UInt16] in [[5, 3, 2, 1], [3, 2, 1, 0]] {
            #expect(
                told(before: [([3, 2, 1, 0], 0), (last, 5)], after: [([5, 3, 2, 1], 5), ([5, 3, 2, 1], 5)]).isEmpty)
        }
    }

    @Test("what stands now and came meanwhile is told by its register alone; what stood before and went is ended")
    func standing() {
        #expect(
            told(before: [([3, 2, 1, 0], 0), ([5, 3, 2, 1], 5)], after: [([8, 7, 5, 3], 8), ([8, 7, 5, 3], 8)])
                == ["+7", "-7", "-5", "+8"])
    }

    @Test("a standing fault that went and came back meanwhile is told as that")
    func again() {
        #expect(
            told(before: [([3, 2, 1, 0], 0), ([5, 3, 2, 1], 5)], after: [([5, 5, 3, 2], 5)]) == ["-5", "+5"])
    }

    @Test(
        "a list that is not the one from before makes no fault of old entries",
        arguments: [[0, 0, 0, 0], [9, 0, 0, 0], [9, 8, 7, 6], [9, 8, 7, 5]] as [[UInt16]])
    func otherList(_ list: [UInt16]) {
        #expect(told(before: [([3, 2, 1, 0], 0), ([5, 3, 2, 1], 5)], after: [(list, 5), (list, 5)]).isEmpty)
    }

    @Test("after it, the list is followed as ever")
    func goesOn() {
        #expect(
            told(
                before: [([3, 2, 1, 0], 0), ([5, 3, 2, 1], 5)],
                after: [([9, 8, 7, 6], 5), ([4, 9, 8, 7], 5)]) == ["+4", "-4"])
    }

    @Test("another register, another length or a second list starts afresh")
    func changedProfile() {
        let before: [Look] = [([3, 2, 1, 0], 0), ([5, 3, 2, 1], 0), ([5, 3, 2, 1], 5), ([5, 3, 2, 1], 0)]
        let moved = [FaultPoint(register: 600, shape: .history(registers: 4)), points[1]]
        #expect(told(before: before, after: [([7, 5, 3, 2], 0)], changedTo: moved).isEmpty)
        let shorter = [FaultPoint(register: 500, shape: .history(registers: 3)), points[1]]
        #expect(told(before: before, after: [([7, 5, 3], 0)], changedTo: shorter).isEmpty)
        let two = points + [FaultPoint(register: 700, shape: .history(registers: 4))]
        #expect(told(before: before, after: [([7, 5, 3, 2], 0)], points: two).isEmpty)
    }

    @Test("keys of earlier versions, without the list, are gone on from as before")
    func earlierKeys() {
        var faults = restarted(["modbus:10:m:1:5:active"], points)
        observe(&faults, ([7, 5, 3, 2], 5), points)
        #expect(faults.pending.isEmpty)
        observe(&faults, ([7, 5, 3, 2], 0), points)
        #expect(faults.pending.map(\.edge.key) == ["modbus:10:m:2:5:gone@1:500.history:7+5+3+2:5"])
    }

    @Test("over many restarts, none between, and silences of any length no fault is told twice or left standing")
    func manyRestarts() {
        let seed = testSeed("history-restarts")
        var generator = SeededGenerator(seed: seed)
        var keys: [String] = []
        var list: [UInt16] = [0, 0, 0, 0]
        var (fault, came): (UInt16, [UInt16]) = (0, [])
        var faults = restarted(keys, points)
        observe(&faults, (list, fault), points)
        for _ in 0..<2000 {
            // At most two new entries between two looks, so that the list of four is recognised.
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                fault = UInt16.random(in: 1...9, using: &generator)
                came.append(fault)
                list = [fault] + list.dropLast()
            }
            if Bool.random(using: &generator) { fault = 0 }
            if Int.random(in: 0..<4, using: &generator) == 0 { faults = restarted(keys, points) }
            observe(&faults, (list, fault), points)
            keys += faults.pending.map(\.edge.key)
            faults.settle(faults.pending.count)
        }
        let told = keys.filter { $0.contains(":active") }.count
        let ended = keys.filter { $0.contains(":gone") }.count
        #expect(told <= came.count, "seed \(seed)")
        // What is left are faults that the list cannot show: an entry like its neighbours, the first after an empty list.
        #expect(told >= came.count * 9 / 10, "seed \(seed)")
        #expect(told - ended == (fault == 0 ? 0 : 1), "seed \(seed)")
        #expect(Set(keys).count == keys.count, "seed \(seed)")
    }

    @Test("a poller that is stopped and started again tells what its device noted meanwhile")
    func poller() async throws {
        let plc = try ModbusSimulator(firstRegister: 10, registerCount: 8)
        defer { plc.stop() }
        let journal = MemoryJournal()
        let profile = ModbusProfile(
            faults: [FaultPoint(register: 10), FaultPoint(register: 11, shape: .history(registers: 4))],
            responseTimeoutMs: 300, pollMs: 20)
        let target = ModbusTarget(
            machine: machine, link: .tcp(host: plc.host, port: plc.port), profileName: "test", profile: profile)
        func source() -> ModbusSource {
            ModbusSource(targets: [target], sink: journal, recall: journal, logger: quiet)
        }
        plc.set(10, to: [0, 3, 2, 1, 0])
        let first = source()
        try await running(first) {
            try await until("polls") { first.statuses[0].contacts >= 2 }
            plc.set(10, to: [5, 5, 3, 2, 1])
            try await until("the fault is told") { journal.codes == ["5"] }
        }
        plc.set(10, to: [0, 7, 5, 3, 2])
        let second = source()
        try await running(second) { try await until("what was missed is told") { journal.events.count == 4 } }
        #expect(
            journal.events.compactMap(\.report).map { ($0.active ? "+" : "-") + $0.code.written } == [
                "+5", "+7", "-7", "-5",
            ])
    }
}
