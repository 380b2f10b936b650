import Dispatch
import Domain
import Foundation
import Synchronization

/// A bounded number of threads that run blocking jobs when they are due.
///
/// One idle thread, the leader, sleeps until the earliest job is due; the others wait for its place. So a job wakes one
/// thread, however many there are.
final class PollPool: Sendable {
    struct Job: Sendable {
        /// Monotonic, in nanoseconds.
        let dueNs: Int64
        let run: @Sendable () -> Void
    }

    private struct State {
        /// Latest first.
        var jobs: [Job] = []
        var isStopping = false
    }

    private enum Turn {
        case job(Job)
        case wait(untilNs: Int64?)
        case stop
    }

    private let name: String
    private let threads: Int
    private let state = Mutex(State())
    private let leadership = DispatchSemaphore(value: 1)
    private let news = MonotonicSemaphore()
    private let finished = DispatchSemaphore(value: 0)

    init(name: String, threads: Int) {
        self.name = name
        self.threads = threads
    }

    func start() {
        for _ in 0..<threads {
            let thread = Thread { self.work() }
            thread.name = name
            thread.start()
        }
    }

    /// Jobs that are added to a stopping pool never run.
    func add(_ job: Job) {
        let isEarliest = state.withLock { state in
            guard !state.isStopping else { return false }
            let place = state.jobs.partitioningIndex { $0.dueNs <= job.dueNs }
            state.jobs.insert(job, at: place)
            return place == state.jobs.count - 1
        }
        if isEarliest { news.signal() }
    }

    func requestStop() {
        state.withLock { state in
            state.isStopping = true
            // They hold their lines, and those this pool.
            state.jobs = []
        }
        news.signal()
    }

    /// Blocks until the jobs under way have returned.
    func waitUntilFinished() {
        for _ in 0..<threads { finished.wait() }
    }

    private func work() {
        defer { finished.signal() }
        while true {
            leadership.wait()
            let job = nextJob()
            leadership.signal()
            guard let job else { return }
            job.run()
        }
    }

    /// - Returns: nil when the pool stops.
    private func nextJob() -> Job? {
        while true {
            switch turn() {
            case .job(let job): return job
            case .stop: return nil
            case .wait(let untilNs?): _ = news.wait(untilNs: untilNs)
            case .wait(nil): news.wait()
            }
        }
    }

    private func turn() -> Turn {
        state.withLock { state in
            if state.isStopping { return .stop }
            guard let earliest = state.jobs.last else { return .wait(untilNs: nil) }
            guard earliest.dueNs <= Monotonic.nowNs() else { return .wait(untilNs: earliest.dueNs) }
            state.jobs.removeLast()
            return .job(earliest)
        }
    }
}

extension Array {
    /// The first index whose element holds, in an array whose elements that hold come last.
    fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
