import Domain
import Foundation
import Journal
import Synchronization
import Testing

@testable import Appliance

@Suite("Turns at the model")
struct AnswerTurnTests {
    private static func key(_ source: String) -> BookKey {
        BookKey(
            machineModel: nil, code: .commLost, language: .english, source: source, writer: "model")
    }

    private static func incident(
        _ id: Int64, on machine: String, _ priority: AlarmPriority = .medium
    ) -> Incident {
        Incident(
            id: id, machine: MachineID(rawValue: machine), code: .commLost, message: nil, severity: nil,
            priority: priority, state: .activeUnacknowledged, firstSeen: Date(), lastSeen: Date(),
            lastSteadySeconds: 0, count: 1, isAnnounced: true, isStanding: true)
    }

    private final class Written: Sendable {
        let texts = Mutex<[String]>([])
    }

    /// Has texts wait behind one that is being written, and then written one at a time.
    ///
    /// - Returns: the order in which they were.
    private func order(_ waiting: [(text: String, incident: Incident)]) async throws -> [String] {
        let turns = AnswerTurns(places: 1)
        let written = Written()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let texts = Set(waiting.map(\.text))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let key = Self.key("first")
                try await turns.join(key, AnswerTurn(Self.incident(0, on: "press-1"))) {
                    try await turns.pass(key) { for await _ in gate { return } }
                }
            }
            try await eventually("the first text") { await turns.free == 0 }
            for text in texts {
                group.addTask {
                    try await turns.pass(Self.key(text)) { written.texts.withLock { $0.append(text) } }
                }
            }
            for (text, incident) in waiting {
                group.addTask {
                    try await turns.join(Self.key(text), AnswerTurn(incident)) {
                        try await eventually("the text") { written.texts.withLock { $0.contains(text) } }
                    }
                }
            }
            try await eventually("all in their places") {
                let joined = await turns.turns.values.reduce(0) { $0 + $1.count }
                return await turns.waiting.count == texts.count && joined == waiting.count + 1
            }
            open.yield()
            try await group.waitForAll()
        }
        return written.texts.withLock { $0 }
    }

    @Test("a machine with hundreds of texts holds up another by one")
    func fair() async throws {
        var waiting = (1...200).map { ("a\($0)", Self.incident(Int64($0), on: "press-1")) }
        waiting.append(("b", Self.incident(500, on: "press-2", .low)))
        waiting.append(("c", Self.incident(501, on: "press-3", .high)))
        let order = try await order(waiting)
        #expect(order.prefix(4) == ["c", "b", "a1", "a2"])
        #expect(order.count == 202)
    }

    @Test(
        "of a machine the most urgent goes first, then the oldest; a text is written at the first of its incidents' turns"
    )
    func within() async throws {
        let order = try await order([
            ("a3", Self.incident(3, on: "press-1")), ("a2", Self.incident(2, on: "press-1")),
            ("shared", Self.incident(9, on: "press-1", .low)), ("a4", Self.incident(4, on: "press-1", .high)),
            ("shared", Self.incident(10, on: "press-2", .low)),
        ])
        #expect(order == ["shared", "a4", "a2", "a3"])
    }
}
