@_spi(Verification) import Domain
import Foundation
import GRDB
import Incidents
import Synchronization

@testable import Journal

/// A folder of its own for one test's journal, removed when the test lets go of it.
final class TemporaryJournal {
    let folder: URL
    var path: String { folder.appendingPathComponent("journal.sqlite").path }

    /// In memory where the system offers that: a killed process leaves the same bytes there as on a disk, and a busy
    /// disk would only make thousands of syncs slow.
    init() throws {
        let memory = URL(fileURLWithPath: "/dev/shm")
        let parent =
            FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
        folder = parent.appendingPathComponent("andon-journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open(
        _ access: EventJournal.Access = .readWrite, clock: any WallClock = FixedClock()
    ) throws -> EventJournal {
        try EventJournal(path: path, access: access, clock: clock)
    }

    /// The bare file, for what the journal itself never does to it.
    func database() throws -> DatabaseQueue { try DatabaseQueue(path: path) }
}

struct FixedClock: WallClock {
    static let time = Date(timeIntervalSince1970: 1_750_000_000)
    func now() -> Date { FixedClock.time }
}

/// A clock that stands until a test moves it on; its wall time can be set apart.
final class HandClock: WallClock {
    private struct Time {
        var seconds = 0.0
        var wallShift = 0.0
        var boot = "first"
    }

    private let time = Mutex(Time())

    func now() -> Date { time.withLock { FixedClock.time + $0.seconds + $0.wallShift } }
    func uptime() -> Uptime { time.withLock { Uptime(seconds: $0.seconds, boot: $0.boot) } }
    func advance(by seconds: Double) { time.withLock { $0.seconds += seconds } }
    func setWall(aheadBy seconds: Double) { time.withLock { $0.wallShift = seconds } }
    func restartComputer() { time.withLock { $0.boot = "second" } }
}

enum Sample {
    static func fault(
        _ code: String = "F30001", active: Bool = true, machine: String? = "press-07", at seconds: Double = 0,
        key: String? = nil, instance: String? = nil, payloadBytes: Int = 0
    ) throws -> Event {
        guard let code = FaultCode(code) else { throw SampleError.noCode }
        return Event(
            idempotencyKey: key, source: .mqtt(topic: "plant/l1/press-07/alarm"),
            machine: machine.map(MachineID.init(rawValue:)), receivedAt: FixedClock.time + seconds,
            payload: Payload(Data("{\"code\":\"\(code)\"}".utf8) + Data(count: payloadBytes)),
            content: .fault(
                FaultReport(
                    code: code, message: "過電流", severity: "high", active: active, occurredAt: FixedClock.time,
                    instance: instance)))
    }

    static func unparseable(key: String? = nil) -> Event {
        Event(
            idempotencyKey: key, source: .modbus(register: 8449), machine: nil, receivedAt: FixedClock.time,
            payload: Payload(kept: Data([0, 0xFF, 0x80]), receivedByteCount: 10_000_000),
            content: .unparseable(reason: "byte 0: expected an object"))
    }

    static func answer(_ status: Answer.Status = .extract, title: String = "Overcurrent") -> Answer {
        Answer(
            status: status, machine: MachineID(rawValue: "press-07"), code: FaultCode("F30001"), title: title,
            safety: [],
            procedures: [
                Procedure(
                    cause: nil, cite: "p1", steps: [Step(n: 1, action: "檢查馬達電纜", cite: ["p1"])], escalation: nil)
            ], candidates: [], suggestions: [], citations: [],
            provenance: Provenance(
                model: nil, modelSHA256: nil, adapter: nil, library: 42, promptVersion: 1,
                verifier: Provenance.Verifier(droppedSteps: 0)),
            timing: Timing(retrieve: 1.25, firstToken: nil, total: 2.5))
    }

    enum SampleError: Error { case noCode }
}

extension EventJournal {
    /// Folds everything that is pending, `limit` entries at a time, and returns the changes.
    ///
    /// - Parameter rules: nil takes the journal's own, each change in its place.
    @discardableResult
    func foldAll(limit: Int = 256, rules: FoldRules? = nil) throws -> [IncidentChange] {
        var all: [IncidentChange] = []
        func rulesToUse(_ own: String?) throws -> FoldRules {
            try rules ?? own.map { try JSONDecoder().decode(FoldRules.self, from: Data($0.utf8)) } ?? .standard
        }
        while case let pending = try pending(limit: limit, related: { try rulesToUse($0).related }), !pending.isEmpty {
            let changes = pending.folded(try rulesToUse(pending.rules))
            try apply(changes, to: pending)
            all += changes
        }
        return all
    }
}

extension FoldRules {
    /// As a journal keeps them.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension PendingEntries {
    func folded(_ rules: FoldRules = .standard) -> [IncidentChange] {
        var fold = IncidentFold(incidents, groups: groups, rules: rules)
        return entries.flatMap { fold.fold($0) }
    }
}
