import Domain
import Foundation
import Ingestion
import Synchronization
import TestSupport

/// A journal in memory: the contract of the real one, with a disk that can be full.
final class MemoryJournal: EventSink, IdempotencyKeyRecall {
    struct DiskFull: Error {}

    private struct State {
        var events: [Event] = []
        var sequences: [String: Int64] = [:]
        var duplicates = 0
        var largestBatch = 0
        var refusalsLeft = 0
        var refused = 0
        var failuresAfterCommit = 0
        var diesAfterCommit = false
        var trouble: (generator: SeededGenerator, share: Double)?

        mutating func keep(_ event: Event) -> Acceptance {
            if let sequence = event.idempotencyKey.flatMap({ sequences[$0] }) {
                duplicates += 1
                return .duplicate(sequence: sequence)
            }
            events.append(event)
            let sequence = Int64(events.count)
            if let key = event.idempotencyKey { sequences[key] = sequence }
            return .appended(sequence: sequence)
        }

        mutating func rollsTrouble() -> Bool {
            guard var current = trouble else { return false }
            defer { trouble = current }
            return Double.random(in: 0..<1, using: &current.generator) < current.share
        }
    }

    private let state: Mutex<State>

    init(events: [Event] = []) {
        state = Mutex(State())
        state.withLock { state in for event in events { _ = state.keep(event) } }
    }

    var events: [Event] { state.withLock { $0.events } }
    var duplicates: Int { state.withLock { $0.duplicates } }
    var largestBatch: Int { state.withLock { $0.largestBatch } }
    var refused: Int { state.withLock { $0.refused } }
    var codes: [String] { events.compactMap { $0.report?.code.written } }

    func refuse(times: Int) { state.withLock { $0.refusalsLeft = times } }

    /// Keeps the next events and reports an error all the same: what SIGKILL between commit and acknowledgement does.
    func failAfterCommit(times: Int) { state.withLock { $0.failuresAfterCommit = times } }

    /// Keeps the next event, reports an error and takes nothing more until ``refuse(times:)``: as if the process were gone.
    func dieAfterCommit() { state.withLock { $0.diesAfterCommit = true } }

    /// From now on fails before and after the commit at random, each in `share` of all calls.
    func makeTrouble(seed: UInt64, share: Double) {
        state.withLock { $0.trouble = (SeededGenerator(seed: seed), share) }
    }

    func accept(_ event: Event) throws -> Acceptance { try accept(contentsOf: [event])[0] }

    func accept(contentsOf events: [Event]) throws -> [Acceptance] {
        try state.withLock { state in
            state.largestBatch = max(state.largestBatch, events.count)
            if state.rollsTrouble() { throw DiskFull() }
            guard state.refusalsLeft == 0 else {
                state.refusalsLeft -= 1
                state.refused += 1
                throw DiskFull()
            }
            let acceptances = events.map { state.keep($0) }
            guard acceptances.contains(where: \.isAppended) else { return acceptances }
            if state.rollsTrouble() { throw DiskFull() }
            if state.diesAfterCommit {
                state.diesAfterCommit = false
                state.refusalsLeft = .max
                throw DiskFull()
            }
            guard state.failuresAfterCommit == 0 else {
                state.failuresAfterCommit -= 1
                throw DiskFull()
            }
            return acceptances
        }
    }

    func newestIdempotencyKeys(prefix: String, limit: Int) throws -> [String] {
        events.reversed().lazy.compactMap(\.idempotencyKey).filter { $0.hasPrefix(prefix) }.prefix(limit).map { $0 }
    }

    func holds(idempotencyKey: String) throws -> Bool {
        state.withLock { $0.sequences[idempotencyKey] != nil }
    }
}

extension Event {
    var report: FaultReport? {
        guard case .fault(let report) = content else { return nil }
        return report
    }

    var unparseableReason: String? {
        guard case .unparseable(let reason) = content else { return nil }
        return reason
    }
}
