import Domain
import Testing

@testable import Ingestion

@Suite("Edges of a fault register")
struct FaultEdgesTests {
    private let profile = FaultRegisterProfile(table: .holding, register: 10, noFault: [0, 255])

    private func edges() -> FaultEdges { FaultEdges(machine: MachineID(rawValue: "m"), profile: profile) }

    private func drain(_ edges: inout FaultEdges) -> [String] {
        var keys: [String] = []
        while let edge = edges.pending.first {
            keys.append(edges.key(of: edge))
            edges.settleFirst()
        }
        return keys
    }

    @Test("every value that means no fault is the same nothing")
    func noFault() {
        var edges = edges()
        for value: UInt32 in [0, 255, 0] { edges.observe(value) }
        #expect(edges.pending.isEmpty)
    }

    @Test("keys count on, so that the same fault coming twice has two keys")
    func keys() {
        var edges = edges()
        for value: UInt32 in [5, 5, 0, 5] { edges.observe(value) }
        #expect(drain(&edges) == ["modbus:10:m:1:5:active", "modbus:10:m:2:5:gone", "modbus:10:m:3:5:active"])
    }

    @Test("a restart between the two events of one change makes up the missing one")
    func restartInBetween() {
        var edges = edges()
        edges.restore(newestKey: "modbus:10:m:2:5:gone")
        edges.observe(7)
        #expect(drain(&edges) == ["modbus:10:m:3:7:active"])
    }

    @Test(
        "a key that is not this register's is no state",
        arguments: [
            "modbus:11:m:1:5:active", "modbus:10:m:x:5:active", "modbus:10:m:1:5", "", "modbus:10:m:-3:5:active",
        ])
    func foreignKey(_ key: String) {
        var edges = edges()
        edges.restore(newestKey: key)
        edges.observe(5)
        #expect(drain(&edges) == ["modbus:10:m:1:5:active"])
    }

    @Test("a register that flaps while the journal refuses stays within bounds and ends with the truth")
    func flapping() {
        var edges = edges()
        for round in 0..<5000 { edges.observe(round.isMultiple(of: 2) ? 5 : 0) }
        #expect(edges.pending.count <= FaultEdges.pendingLimit)
        _ = drain(&edges)
        edges.observe(9)
        #expect(drain(&edges).last?.hasSuffix(":9:active") == true)
    }
}

@Suite("Poll health")
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
}
