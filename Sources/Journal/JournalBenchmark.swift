import Domain
import Foundation

/// What a journal in one folder takes in, next to what the disk itself does in the same run; rates are medians.
public struct IngestFigures: Codable, Sendable, Hashable {
    /// Behind each rate.
    public let rounds: Int
    /// In each round.
    public let events: Int
    /// Of each event, in bytes.
    public let payloadByteCount: Int
    /// Durable 4 KiB appends to a plain file, one at a time: about the ceiling of what single commits can reach.
    public let plainSyncsPerSecond: Double
    /// One thread, one transaction an event.
    public let singleCommitsPerSecond: Double
    public let threads: Int
    /// `threads` threads that meet in group commits.
    public let threadedEventsPerSecond: Double
    public let batchLength: Int
    /// One thread, one transaction for `batchLength` events.
    public let batchedEventsPerSecond: Double
    /// Redeliveries that the journal recognises.
    public let duplicatesPerSecond: Double
}

/// Measures the journal's intake on a disk.
public enum JournalBenchmark {
    /// Works in a fresh folder under `folder` and removes it afterwards.
    ///
    /// Each round takes every measure in turn, so that other work on the disk slows them alike.
    ///
    /// - Parameter events: in each round; 5 rounds of 500 take about three seconds where the disk syncs 3,000 times a
    ///   second.
    public static func ingest(
        in folder: URL, rounds: Int = 5, events: Int = 500, payloadByteCount: Int = 200, threads: Int = 4,
        batchLength: Int = 32
    ) throws -> IngestFigures {
        let workspace = folder.appendingPathComponent("bench-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: workspace, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: workspace) }
        let journal = try EventJournal(path: workspace.appendingPathComponent("journal.sqlite").path)
        let payload = Payload(Data(repeating: UInt8(ascii: "x"), count: payloadByteCount))
        var plain: [Double] = []
        var single: [Double] = []
        var threaded: [Double] = []
        var batched: [Double] = []
        var duplicates: [Double] = []
        for round in 0..<rounds {
            func series(_ name: String) -> [Event] { (0..<events).map { event("\(name)-\(round)-\($0)", payload) } }
            let rate = { (body: () throws -> Void) in Double(events) / (try seconds(body)) }
            let singles = series("single")
            let threadeds = series("threaded")
            let batcheds = series("batched")
            plain.append(try rate { try syncPlainly(in: workspace, count: events) })
            single.append(try rate { for event in singles { try journal.accept(event) } })
            threaded.append(try rate { try acceptConcurrently(threadeds, threads: threads, journal) })
            batched.append(
                try rate {
                    for start in stride(from: 0, to: events, by: batchLength) {
                        try journal.accept(contentsOf: Array(batcheds[start..<min(start + batchLength, events)]))
                    }
                })
            duplicates.append(try rate { for event in singles { try journal.accept(event) } })
        }
        return IngestFigures(
            rounds: rounds, events: events, payloadByteCount: payloadByteCount, plainSyncsPerSecond: median(plain),
            singleCommitsPerSecond: median(single), threads: threads, threadedEventsPerSecond: median(threaded),
            batchLength: batchLength, batchedEventsPerSecond: median(batched), duplicatesPerSecond: median(duplicates))
    }

    private static func event(_ key: String, _ payload: Payload) -> Event {
        Event(
            idempotencyKey: key, source: .mqtt(topic: "bench"), machine: MachineID(rawValue: "bench"),
            receivedAt: Date(), payload: payload, content: .unparseable(reason: "a benchmark's payload"))
    }

    private static func acceptConcurrently(_ events: [Event], threads: Int, _ journal: EventJournal) throws {
        try onThreads(threads) { thread in
            for index in stride(from: thread, to: events.count, by: threads) { try journal.accept(events[index]) }
        }
    }

    private static func syncPlainly(in folder: URL, count: Int) throws {
        let url = folder.appendingPathComponent("plain")
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        let page = Data(count: 4_096)
        for _ in 0..<count {
            try file.write(contentsOf: page)
            try file.synchronize()
        }
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure(body)
        return max(duration / .seconds(1), .leastNonzeroMagnitude)
    }

    private static func median(_ rates: [Double]) -> Double {
        rates.isEmpty ? 0 : rates.sorted()[rates.count / 2]
    }
}
