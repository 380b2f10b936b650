import Domain
import Foundation
import Ingestion
import Simulation
import Synchronization
import TestSupport
import Testing

@Suite("Modbus lines that break")
struct ModbusFaultTests {
    private let first: UInt16 = 100

    private func profile(timeoutMs: Int) -> ModbusProfile {
        // Two requests, each with a number that only its own register can hold.
        ModbusProfile(
            faults: [
                FaultPoint(register: first, noFault: []), FaultPoint(register: first + 5, noFault: []),
            ], responseTimeoutMs: timeoutMs, pollMs: 20)
    }

    /// Every value of a register belongs to it, and each fault ends before the next comes.
    private func expectNothingShifted(_ journal: MemoryJournal, _ comment: Comment) {
        var standing: [UInt16: String] = [:]
        for event in journal.events where event.unparseableReason?.contains("fits no request") != true {
            guard case .modbus(let register) = event.source, let report = event.report,
                let value = UInt16(report.code.written)
            else {
                Issue.record("\(event) is no fault")
                continue
            }
            #expect(value / 1000 == register - first + 1, comment)
            #expect((standing[register] == nil) == report.active, comment)
            standing[register] = report.active ? report.code.written : nil
        }
    }

    @Test("a device that is cut off in mid-frame a hundred times shifts no reading and comes back after each")
    func midFrame() async throws {
        let seed = testSeed("mid-frame")
        var generator = SeededGenerator(seed: seed)
        let plc = try ModbusSimulator(firstRegister: first, registerCount: 8)
        let proxy = try FaultyProxy(to: plc.port)
        defer {
            proxy.stop()
            plc.stop()
        }
        plc.set(first, to: 1000)
        plc.set(first + 5, to: 6000)
        let silences = Mutex<[Int]>([])
        let failuresInARow = Mutex(0)
        let journal = MemoryJournal()
        let target = ModbusTarget(
            machine: MachineID(rawValue: "m"), link: .tcp(host: proxy.host, port: proxy.port),
            profileName: "test", profile: profile(timeoutMs: 2000))
        let source = ModbusSource(targets: [target], sink: journal, recall: journal, logger: quiet) { record in
            failuresInARow.withLock { failures in
                if record.succeeded {
                    silences.withLock { $0.append(failures) }
                    failures = 0
                } else {
                    failures += 1
                }
            }
        }
        let cuts = (0..<100).map { _ in Int.random(in: 0...10, using: &generator) }
        try await running(source) {
            for (round, cut) in cuts.enumerated() {
                plc.set(first, to: UInt16(1000 + round))
                proxy.cutNextReply(after: cut)
                try await until("cut \(round), seed \(seed)") { proxy.cutCount == round + 1 }
                let before = source.statuses[0].contacts
                try await until("an answer after cut \(round), seed \(seed)") {
                    source.statuses[0].contacts >= before + 1
                }
            }
        }
        #expect(proxy.cutCount == 100)
        // Each cut cost one poll; the next one, a poll interval later, was answered.
        #expect(silences.withLock { $0.max() } == 1, "seed \(seed)")
        #expect(Set(journal.codes).isSuperset(of: ["1050", "6000"]))
        expectNothingShifted(journal, "seed \(seed)")
    }

    private func serialDrive() throws -> SerialDrive {
        let drive = try SerialDrive(unit: 3, firstRegister: first, registerCount: 8)
        drive.set(first, to: 1000)
        drive.set(first + 5, to: 6000)
        return drive
    }

    private func serialTarget(_ drive: SerialDrive) -> ModbusTarget {
        ModbusTarget(
            machine: MachineID(rawValue: "m"), link: .serial(SerialLine(path: drive.path, parity: .none)), unit: 3,
            profileName: "test", profile: profile(timeoutMs: 150))
    }

    @Test("a serial line with noise gives right readings or none, and is well when the noise ends")
    func noise() async throws {
        let seed = testSeed("noise")
        let generator = Mutex(SeededGenerator(seed: seed))
        let drive = try serialDrive()
        defer { drive.stop() }
        let journal = MemoryJournal()
        let source = ModbusSource(targets: [serialTarget(drive)], sink: journal, recall: journal, logger: quiet)
        try await running(source) {
            try await until("first readings") { journal.codes.count == 2 }
            drive.make(.disturbs { bytes in generator.withLock { disturbed(bytes, &$0) } })
            for round in 1...15 {
                drive.set(first, to: UInt16(1000 + round))
                let before = drive.requestCount
                try await until("requests in noise, seed \(seed)") { drive.requestCount > before }
            }
            drive.make(.none)
            drive.set(first, to: 1999)
            try await until("it is well again, seed \(seed)") { journal.codes.last == "1999" }
        }
        #expect(source.statuses[0].state == .up)
        expectNothingShifted(journal, "seed \(seed)")
    }

    @Test("replies of a serial line that come after the timeout are thrown away")
    func late() async throws {
        let drive = try serialDrive()
        defer { drive.stop() }
        let journal = MemoryJournal()
        let source = ModbusSource(targets: [serialTarget(drive)], sink: journal, recall: journal, logger: quiet)
        try await running(source) {
            for round in 1...3 {
                try await until("answers, round \(round)") { source.statuses[0].state == .up }
                drive.make(.holds)
                drive.set(first, to: UInt16(1000 + round))
                try await until("silence is noticed") { source.statuses[0].state == .degraded }
                drive.make(.none)
                try await until("the new value arrives") { journal.codes.last == "\(1000 + round)" }
            }
        }
        expectNothingShifted(journal, "late replies")
    }
}

/// Of every fourth reply a bit turns over, or bytes come that nobody sent.
private func disturbed(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var noisy = bytes
    let junk = (0..<Int.random(in: 1...4, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: noisy[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: noisy = junk + noisy
    case 2: noisy += junk
    default: break
    }
    return noisy
}
