import Appliance
import Domain
import Foundation
import Journal

/// What an event costs the disk: bytes that reach it (`write_bytes` of proc(5)) from the event's arrival to its incident, the
/// log's take-over into the journal included. Answers come on top.
struct WriteFigures: Encodable {
    let events: Int
    let payloadBytes: Int
    /// Each event comes alone, is committed, and is folded before the next one.
    let bytesAlone: Int
    /// 27 events a second: each is committed alone, and what came within the fold's pause is folded together.
    let bytesPaced: Int
    /// Batches of 32, committed and folded together.
    let bytesInBurst: Int

    enum CodingKeys: String, CodingKey {
        case events
        case payloadBytes = "payload_bytes"
        case bytesAlone = "bytes_alone"
        case bytesPaced = "bytes_paced"
        case bytesInBurst = "bytes_in_burst"
    }

    private static let payloadByteCount = 654
    /// Events at 27 a second between two folds.
    private static let foldedTogether = 7
    private static let batchLength = 32

    /// - Parameter folder: takes a journal for each measure, which is removed afterwards; on a disk, for memory has no bytes.
    static func measure(events: Int = 2_000, in folder: URL) throws -> WriteFigures {
        WriteFigures(
            events: events, payloadBytes: payloadByteCount,
            bytesAlone: try bytesEach(events, committed: 1, folded: 1, in: folder),
            bytesPaced: try bytesEach(events, committed: 1, folded: foldedTogether, in: folder),
            bytesInBurst: try bytesEach(events, committed: batchLength, folded: batchLength, in: folder))
    }

    private static func bytesEach(_ events: Int, committed: Int, folded: Int, in folder: URL) throws -> Int {
        let place = folder.appendingPathComponent("bench-write-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let journal = try EventJournal(path: place.appendingPathComponent("journal.sqlite").path)
        let before = try writtenBytes()
        for start in stride(from: 0, to: events, by: committed) {
            let end = min(start + committed, events)
            try journal.accept(contentsOf: (start..<end).compactMap(event))
            if end.isMultiple(of: folded) || end == events { try IncidentFolding.foldPending(in: journal) }
        }
        return (try writtenBytes() - before) / events
    }

    /// Forty faults of five machines, that come and go.
    private static func event(_ number: Int) -> Event? {
        guard let code = FaultCode("F\(number % 40)") else { return nil }
        return Event(
            idempotencyKey: UUID().uuidString, source: .mqtt(topic: "plant/bench/alarm"),
            machine: MachineID(rawValue: "press-\(number % 5)"), receivedAt: Date(),
            payload: Payload(Data(repeating: UInt8(ascii: "x"), count: payloadByteCount)),
            content: .fault(
                FaultReport(
                    code: code, message: nil, severity: nil, active: (number / 40).isMultiple(of: 2), occurredAt: nil)))
    }

    private static func writtenBytes() throws -> Int {
        let counters = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
        let line = counters.split(separator: "\n").first { $0.hasPrefix("write_bytes: ") }
        guard let bytes = line.flatMap({ Int($0.dropFirst("write_bytes: ".count)) }) else {
            throw CommandError("/proc/self/io: expected a line write_bytes with a number")
        }
        return bytes
    }
}

extension WriteFigures {
    /// For people.
    var lines: [String] {
        [
            "bytes to the disk for each event of \(payloadBytes) bytes:",
            "  alone, folded alone      \(bytesAlone)",
            "  at 27 events/s           \(bytesPaced)",
            "  in batches of 32         \(bytesInBurst)",
        ]
    }
}
