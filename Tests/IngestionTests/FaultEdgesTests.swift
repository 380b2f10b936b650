import Domain
import Testing

@testable import Ingestion

@Suite("Edges of a fault register")
struct FaultEdgesTests {
    private let point = FaultPoint(register: 10, noFault: [0, 255])
    private let field = FaultPoint(register: 10, shape: .bits(count: 1))

    private func edges(_ point: FaultPoint? = nil) -> FaultEdges {
        FaultEdges(machine: MachineID(rawValue: "m"), point: point ?? self.point)
    }

    /// The keys that registers of these values make, one after the other.
    private func keys(_ edges: inout FaultEdges, _ values: [UInt16], of point: FaultPoint? = nil) -> [String] {
        values.flatMap { edges.observe((point ?? self.point).signals(in: [$0])) }.map(\.key)
    }

    @Test("every value that means no fault is the same nothing")
    func noFault() {
        var edges = edges()
        #expect(keys(&edges, [0, 255, 0]).isEmpty)
    }

    @Test("keys count on, so that the same fault coming twice has two keys")
    func keys() {
        var edges = edges()
        #expect(
            keys(&edges, [5, 5, 0, 5]) == ["modbus:10:m:1:5:active", "modbus:10:m:2:5:gone", "modbus:10:m:3:5:active"])
    }

    @Test("a restart between the two events of one change makes up the missing one")
    func restartInBetween() {
        var edges = edges()
        edges.restore(newestKey: "modbus:10:m:2:5:gone")
        #expect(keys(&edges, [7]) == ["modbus:10:m:3:7:active"])
    }

    @Test(
        "a key that is not this register's is no state",
        arguments: [
            "modbus:11:m:1:5:active", "modbus:10:m:x:5:active", "modbus:10:m:1:5", "", "modbus:10:m:-3:5:active",
        ])
    func foreignKey(_ key: String) {
        var edges = edges()
        edges.restore(newestKey: key)
        #expect(keys(&edges, [5]) == ["modbus:10:m:1:5:active"])
    }

    @Test("each bit of a field is a fault of its own, and the key tells what stands")
    func bits() {
        var edges = edges(field)
        #expect(
            keys(&edges, [0b101, 0b110, 0], of: field) == [
                "modbus:10.bits:m:1:0:active:0", "modbus:10.bits:m:2:2:active:0+2",
                "modbus:10.bits:m:3:0:gone:2", "modbus:10.bits:m:4:1:active:1+2",
                "modbus:10.bits:m:5:1:gone:2", "modbus:10.bits:m:6:2:gone:",
            ])
    }

    @Test("after a restart at any moment a bit field goes on with what stands", arguments: 0...6)
    func bitsAfterRestart(_ committed: Int) {
        var whole = edges(field)
        let all = keys(&whole, [0b101, 0b110, 0], of: field)
        var restarted = edges(field)
        restarted.restore(newestKey: all.prefix(committed).last)
        // The register went on meanwhile; the changes that are still owed come to the same end.
        var standing: Set<String> = []
        for key in all.prefix(committed) + keys(&restarted, [0b110, 0], of: field) {
            let parts = key.split(separator: ":")
            if parts[4] == "active" { standing.insert(String(parts[3])) } else { standing.remove(String(parts[3])) }
        }
        #expect(standing.isEmpty)
    }

    @Test("texts and what is unreadable survive the way through a key", arguments: ["E.OC", "a:b+c%", "過", ""])
    func tokens(_ text: String) {
        for signal in [FaultSignal.text(text), .unreadable(text)] {
            #expect(!signal.token.contains(":") && !signal.token.contains("+"))
            #expect(FaultSignal(token: signal.token) == signal)
        }
        #expect(FaultSignal(token: "-7") == .number(-7))
    }
}

@Suite("Fault histories")
struct FaultHistoryTests {
    private let machine = MachineID(rawValue: "m")
    private let history = FaultPoint(register: 500, shape: .history(registers: 4))
    private let present = FaultPoint(register: 10)

    /// What a machine with these places tells when one reading follows the other.
    private func told(_ points: [FaultPoint], _ readings: [[[UInt16]?]]) -> [String] {
        var faults = MachineFaults(machine: machine, points: points)
        for reading in readings {
            faults.observe(
                reading.enumerated().compactMap { index, values in
                    values.map { (index, points[index].signals(in: $0)) }
                })
        }
        return faults.pending.map { ($0.edge.active ? "+" : "-") + $0.edge.signal.token }
    }

    @Test("what stands in the history at the first look is old; what comes later is told, oldest first")
    func alone() {
        #expect(
            told([history], [[[5, 4, 0, 0]], [[5, 4, 0, 0]], [[7, 6, 5, 4]], [[8, 7, 6, 5]]]) == ["+6", "+7", "+8"])
    }

    @Test("a history that is cleared or wholly new makes no fault of nothing")
    func cleared() {
        #expect(told([history], [[[5, 4, 3, 2]], [[0, 0, 0, 0]], [[9, 0, 0, 0]]]) == ["+9"])
        #expect(told([history], [[[5, 4, 3, 2]], [[9, 8, 7, 6]]]) == ["+6", "+7", "+8", "+9"])
    }

    @Test("a fault that came and went between two polls is told from the history")
    func missed() {
        #expect(
            told(
                [history, present], [[[0, 0, 0, 0], [0]], [[5, 0, 0, 0], [0]], [[5, 0, 0, 0], [0]]]) == ["+5", "-5"])
    }

    @Test(
        "a fault that its register tells is not told again from the history, whichever of the two is first",
        arguments: [
            [[[0, 0, 0, 0], [0]], [[5, 0, 0, 0], [5]], [[5, 0, 0, 0], [0]]],
            [[[0, 0, 0, 0], [0]], [[0, 0, 0, 0], [5]], [[5, 0, 0, 0], [0]]],
            [[[0, 0, 0, 0], nil], [nil, [0]], [[5, 0, 0, 0], nil], [nil, [5]], [nil, [0]]],
        ] as [[[[UInt16]?]]])
    func once(_ readings: [[[UInt16]?]]) { #expect(told([history, present], readings) == ["+5", "-5"]) }

    @Test("a standing fault that went and came back between two polls is told as that")
    func again() {
        #expect(
            told([history, present], [[[0, 0, 0, 0], [0]], [[5, 0, 0, 0], [5]], [[5, 5, 0, 0], [5]]])
                == ["+5", "-5", "+5"])
    }

    @Test("a history alone goes on after a restart where the journal stands")
    func restart() {
        var first = MachineFaults(machine: machine, points: [history])
        for list: [UInt16] in [[1, 0, 0, 0], [3, 2, 1, 0]] { first.observe([(0, history.signals(in: list))]) }
        let keys = first.pending.map(\.edge.key)
        for committed in 1...2 {
            var second = MachineFaults(machine: machine, points: [history])
            second.restore { prefix in keys.prefix(committed).last { $0.hasPrefix(prefix) } }
            second.observe([(0, history.signals(in: [4, 3, 2, 1]))])
            let told =
                keys.prefix(committed).map { String($0.split(separator: ":")[4]) }
                + second.pending.map(\.edge.signal.token)
            #expect(told == ["2", "3", "4"])
        }
    }

    @Test("a register that flaps while the journal refuses stays within bounds and ends with the truth")
    func flapping() {
        var faults = MachineFaults(machine: machine, points: [present])
        for round in 0..<5000 { faults.observe([(0, present.signals(in: [round.isMultiple(of: 2) ? 5 : 0]))]) }
        #expect(faults.pending.count <= MachineFaults.pendingLimit + 2)
        faults.settle(faults.pending.count)
        faults.observe([(0, present.signals(in: [9]))])
        #expect(faults.pending.last?.edge.key.hasSuffix(":9:active") == true)
    }
}

@Suite("When devices are polled")
struct PollHealthTests {
    @Test("two failures degrade a device, further ones double its interval up to a minute, one success heals it")
    func degrade() {
        var health = PollHealth(pollMs: 1000)
        var delays: [Int] = []
        for _ in 1...9 {
            health.failed()
            delays.append(health.nextDelayMs)
        }
        #expect(delays == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
        #expect(health.isDegraded)
        health.succeeded()
        #expect(health.nextDelayMs == 1000)
        #expect(!health.isDegraded)
    }

    @Test("a machine that is polled less than once a minute keeps its interval")
    func slow() {
        var health = PollHealth(pollMs: 600_000)
        for _ in 1...5 { health.failed() }
        #expect(health.nextDelayMs == 600_000)
    }

    private func ms(_ value: Int64) -> Int64 { value * 1_000_000 }

    @Test("groups keep their beat, whatever a poll took, and leave out beats that have passed")
    func beat() {
        var schedule = PollSchedule(intervalsMs: [100, 250], phase: 0.5, startNs: ms(1000))
        #expect(schedule.next == (0, ms(1050)))
        schedule.settled(0, nowNs: ms(1070))
        #expect(schedule.next == (1, ms(1125)))
        schedule.settled(1, nowNs: ms(1130))
        #expect(schedule.next == (0, ms(1150)))
        schedule.settled(0, nowNs: ms(1360))
        #expect(schedule.next == (1, ms(1375)))
        schedule.settled(1, nowNs: ms(1375))
        #expect(schedule.next == (0, ms(1450)))
    }

    @Test("a device that failed is left alone as a whole until its delay is over")
    func postponed() {
        var schedule = PollSchedule(intervalsMs: [100, 5000], phase: 0, startNs: 0)
        schedule.settled(0, nowNs: ms(1))
        schedule.settled(1, nowNs: ms(1))
        schedule.postpone(0, delayMs: 2000, nowNs: ms(100))
        #expect(schedule.next == (0, ms(2100)))
        schedule.settled(0, nowNs: ms(2100))
        #expect(schedule.next == (0, ms(2200)))
    }
}
