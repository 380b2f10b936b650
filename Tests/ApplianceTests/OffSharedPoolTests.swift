import Domain
import Foundation
import GRDB
import Journal
import Synchronization
import Testing
import Troubleshooting

@testable import Appliance

@Suite("What blocks holds up nothing else")
struct OffSharedPoolTests {
    /// More than the shared pool has threads.
    private static let callers = min(2 * ProcessInfo.processInfo.activeProcessorCount + 1, 48)

    private final class Count: Sendable {
        let value = Mutex(0)
    }

    /// Another program's write to a journal that takes its time.
    private final class OtherWriter: Sendable {
        private let file: DatabaseQueue

        init(journal path: String) throws {
            var configuration = GRDB.Configuration()
            configuration.allowsUnsafeTransactions = true
            file = try DatabaseQueue(path: path, configuration: configuration)
            try file.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        }

        func finish() throws { try file.inDatabase { try $0.execute(sql: "ROLLBACK") } }
    }

    /// Runs work that needs the journal while another program holds it, until a task that has nothing to do with it ends
    /// that: where the work keeps the pool's threads, the task never gets that far, and the work fails.
    private func whileHeld(
        _ path: String, until isUnderWay: @escaping @Sendable () -> Bool,
        _ work: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let other = try OtherWriter(journal: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<Self.callers { group.addTask { try await work(number) } }
            group.addTask {
                while !isUnderWay() { await Task.yield() }
                try other.finish()
            }
            try await group.waitForAll()
        }
    }

    @Test("a journal that another program holds: lost lines wait to be kept, and other tasks go on")
    func lines() async throws {
        let plant = try AnsweringPlant()
        let looked = Count()
        let watch = LineWatch(
            journal: plant.journal,
            links: {
                looked.value.withLock { $0 += 1 }
                var status = LinkStatus(
                    machine: MachineID(rawValue: "press-1"), transport: .modbus, endpoint: "press-1:502")
                status.state = .degraded
                return [status]
            }, logger: plant.logger)
        try await whileHeld(plant.journal.path, until: { looked.value.withLock { $0 } == Self.callers }) { _ in
            _ = try await watch.look(from: LineLosses(standing: []))
        }
        #expect(try plant.journal.counters().events == Self.callers)
    }

    @Test("a journal that another program holds: answers wait to be kept, and other tasks go on")
    func answers() async throws {
        let plant = try AnsweringPlant()
        try plant.loadManual(
            model: "press", rows: (0..<Self.callers).map { ("A\($0)", AnsweringPlant.remedy) })
        try await whileHeld(plant.journal.path, until: { plant.model.calls == Self.callers }) { number in
            let answer = try await plant.answer(plant.question("A\(number)"), urgency: .person)
            #expect(answer.status == .answered)
        }
        #expect(try plant.journal.bookEntries().count == Self.callers)
    }

    @Test("the work belongs to its task: it sees that it is cancelled, and calls run in their order")
    func task() async throws {
        let seen = Count()
        for number in 1...3 { await offSharedPool { seen.value.withLock { $0 = $0 * 10 + number } } }
        #expect(seen.value.withLock { $0 } == 123)
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await offSharedPool { Task.isCancelled }
        }
        #expect(await cancelled.value)
        await #expect(throws: CancellationError.self) { try await offSharedPool { throw CancellationError() } }
    }
}
