import Domain
import Foundation

/// What a journal in one folder can take in, next to what the disk itself can do in the same run.
public struct IngestFigures: Codable, Sendable, Hashable {
    public let events: Int
    /// Of each event, in bytes.
    public let payloadByteCount: Int
    /// Durable 4 KiB writes to a plain file, one at a time: the ceiling of what single commits can reach.
    public let plainSyncsPerSecond: Double
    /// One thread, one transaction an event.
    public let singleCommitsPerSecond: Double
    /// `threads` threads that meet in group commits.
    public let threads: Int
    public let threadedEventsPerSecond: Double
    /// One thread, one transaction for `batchLength` events.
    public let batchLength: Int
    public let batchedEventsPerSecond: Double
    /// Redeliveries that the journal recognises.
    public let duplicatesPerSecond: Double
}

/// Measures the journal's intake on a disk.
public enum JournalBenchmark {
    /// Runs in a fresh folder under `folder` and removes it afterwards.
    ///
    /// - Parameter events: for each figure; 2,000 take about two seconds on a disk that syncs 5,000 times a second.
    public static func ingest(
        in folder: URL, events: Int = 2_000, payloadByteCount: Int = 200, threads: Int = 4, batchLength: Int = 32
    ) throws -> IngestFigures {
        let workspace = folder.appendingPathComponent("bench-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: workspace) }
        let journal = try EventJournal(path: workspace.appendingPathComponent("journal.sqlite").path)
        let payload = Payload(Data(repeating: UInt8(ascii: "x"), count: payloadByteCount))
        func series(_ name: String) -> [Event] { (0..<events).map { event("\(name)-\($0)", payload) } }

        let single = series("single")
        let singleSeconds = try seconds { for event in single { try journal.accept(event) } }
        let duplicateSeconds = try seconds { for event in single { try journal.accept(event) } }
        let threaded = series("threaded")
        let threadedSeconds = try seconds { try acceptConcurrently(threaded, threads: threads, journal) }
        let batched = series("batched")
        let batchedSeconds = try seconds {
            for start in stride(from: 0, to: events, by: batchLength) {
                try journal.accept(contentsOf: Array(batched[start..<min(start + batchLength, events)]))
            }
        }
        func rate(_ seconds: Double) -> Double { Double(events) / seconds }
        return IngestFigures(
            events: events, payloadByteCount: payloadByteCount,
            plainSyncsPerSecond: try plainSyncsPerSecond(in: workspace, count: min(events, 2_000)),
            singleCommitsPerSecond: rate(singleSeconds), threads: threads,
            threadedEventsPerSecond: rate(threadedSeconds), batchLength: batchLength,
            batchedEventsPerSecond: rate(batchedSeconds), duplicatesPerSecond: rate(duplicateSeconds))
    }

    private static func event(_ key: String, _ payload: Payload) -> Event {
        Event(
            idempotencyKey: key, source: .mqtt(topic: "bench"), machine: MachineID(rawValue: "bench"),
            receivedAt: Date(), payload: payload, content: .unparseable(reason: "a benchmark's payload"))
    }

    private static func acceptConcurrently(_ events: [Event], threads: Int, _ journal: EventJournal) throws {
        let failure = FirstFailure()
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            failure.record {
                for index in stride(from: thread, to: events.count, by: threads) { try journal.accept(events[index]) }
            }
        }
        try failure.rethrow()
    }

    private static func plainSyncsPerSecond(in folder: URL, count: Int) throws -> Double {
        let url = folder.appendingPathComponent("plain")
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        let page = Data(count: 4_096)
        let elapsed = try seconds {
            for _ in 0..<count {
                try file.write(contentsOf: page)
                try file.synchronize()
            }
        }
        return Double(count) / elapsed
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure(body)
        return max(duration / .seconds(1), .leastNonzeroMagnitude)
    }
}
