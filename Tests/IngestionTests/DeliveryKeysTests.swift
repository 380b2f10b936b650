import Domain
import Foundation
import Testing

@testable import Ingestion

@Suite("Idempotency keys of MQTT messages")
struct DeliveryKeysTests {
    private func message(_ payload: String, id: UInt16, retained: Bool = false) -> MQTTMessage {
        MQTTMessage(topic: "t", payload: Data(payload.utf8), qos: 1, retained: retained, packetID: id)
    }

    /// Stores what it is given, as the journal does.
    private final class Store {
        var keys = DeliveryKeys(client: "andon")
        var journal: [String] = []
        private var held: Set<String> = []

        /// Keeps the message and then fails, so that nobody learns that it is kept.
        func takeAndFail(_ message: MQTTMessage) {
            var lost = keys
            keep(lost.next(message, id: nil) { held.contains($0) })
        }

        /// - Returns: true when the message makes a new event.
        @discardableResult
        func take(_ message: MQTTMessage, id: String? = nil) -> Bool {
            keep(keys.next(message, id: id) { held.contains($0) })
        }

        @discardableResult
        private func keep(_ key: String?) -> Bool {
            guard let key else { return true }
            guard held.insert(key).inserted else { return false }
            journal.append(key)
            return true
        }

        /// What is left after SIGKILL: the journal.
        func restart(client: String = "andon") {
            keys = DeliveryKeys(client: client)
            let prefix = keys.recallPrefix
            keys.restore(
                Array(journal.reversed().filter { $0.hasPrefix(prefix) }.prefix(DeliveryKeys.copiesLimit)))
        }
    }

    private func store() -> Store {
        let store = Store()
        store.keys.connected(sessionPresent: false)
        return store
    }

    @Test("equal payloads under different packet identifiers are different events")
    func equalPayloads() {
        let store = store()
        #expect((1...5).allSatisfy { store.take(message("a", id: $0)) })
    }

    @Test("what was committed but not acknowledged before SIGKILL makes no second event; what follows does")
    func killed() {
        let store = store()
        for id: UInt16 in 1...3 { store.take(message("a", id: id)) }
        store.restart()
        store.keys.connected(sessionPresent: true)
        #expect(!store.take(message("a", id: 2)))
        #expect(!store.take(message("a", id: 3)))
        #expect(store.take(message("a", id: 4)))
        #expect(store.take(message("a", id: 5)))
    }

    @Test("what was kept by a failing journal is known again, also after newer messages were taken")
    func keptByFailingJournal() {
        let store = store()
        #expect(store.take(message("a", id: 1)))
        store.takeAndFail(message("a", id: 2))
        store.keys.connected(sessionPresent: true)
        #expect(!store.take(message("a", id: 2)))
        #expect(store.take(message("a", id: 3)))
        // The acknowledgements of 2 and 3 were lost with the connection.
        store.keys.connected(sessionPresent: true)
        #expect(!store.take(message("a", id: 2)))
        #expect(!store.take(message("a", id: 3)))
        #expect(store.take(message("a", id: 4)))
    }

    @Test("after a lost session equal packet identifiers mean nothing", arguments: [false, true])
    func lostSession(restarted: Bool) {
        let store = store()
        for id: UInt16 in 1...3 { store.take(message("a", id: id)) }
        if restarted { store.restart() }
        store.keys.connected(sessionPresent: false)
        #expect((1...3).allSatisfy { store.take(message("a", id: $0)) })
        store.keys.connected(sessionPresent: true)
        #expect(!store.take(message("a", id: 3)))
    }

    @Test("packet identifiers that start over make new events, and are recognised across a restart")
    func wrapped() {
        let store = store()
        for id: UInt16 in [65_534, 65_535, 1, 2] { store.take(message("a", id: id)) }
        store.restart()
        store.keys.connected(sessionPresent: true)
        for id: UInt16 in [65_535, 1, 2] { #expect(!store.take(message("a", id: id))) }
        for id: UInt16 in [3, 65_534, 65_535, 1] { #expect(store.take(message("a", id: id))) }
    }

    @Test("thousands that were not acknowledged make no second event: a broker may send far ahead")
    func manyUnacknowledged() {
        let store = store()
        for number in 1...10_000 { store.take(message("m\(number)", id: UInt16(number))) }
        store.restart()
        store.keys.connected(sessionPresent: true)
        #expect((1...10_000).allSatisfy { !store.take(message("m\($0)", id: UInt16($0))) })
        #expect(store.take(message("m10001", id: 10_001)))
    }

    @Test("a machine that says the same for 70,000 messages is heard after each restart")
    func sameForLong() {
        let store = store()
        for number in 0..<70_000 { store.take(message("a", id: UInt16(number % 65_535 + 1))) }
        for round in 70_000..<70_010 {
            store.restart()
            store.keys.connected(sessionPresent: true)
            #expect(store.take(message("a", id: UInt16(round % 65_535 + 1))))
        }
    }

    @Test("an id that is known leaves the window of redelivery open, and a message of QoS 0 does")
    func othersBetween() {
        let store = store()
        store.take(message("a", id: 1), id: "x")
        store.take(message("b", id: 2))
        store.restart()
        store.keys.connected(sessionPresent: true)
        #expect(store.take(MQTTMessage(topic: "t", payload: Data(), qos: 0, retained: false, packetID: 0)))
        #expect(!store.take(message("a", id: 1), id: "x"))
        #expect(!store.take(message("b", id: 2)))
    }

    @Test("with the first new message the window of redelivery is closed")
    func windowCloses() {
        let store = store()
        for id: UInt16 in 1...3 { store.take(message("a", id: id)) }
        store.keys.connected(sessionPresent: true)
        #expect(store.take(message("b", id: 4)))
        #expect(store.take(message("a", id: 2)))
    }

    @Test("an id of the publisher counts for its topic, at any time and under any packet identifier")
    func publisherID() {
        let store = store()
        #expect(store.take(message("a", id: 1), id: "x"))
        #expect(!store.take(message("b", id: 2), id: "x"))
        #expect(store.take(message("b", id: 3), id: "y"))
    }

    @Test("ids of any text are told apart, on each topic")
    func anyID() {
        let store = store()
        let ids = [
            "1", "01", "#1", "1 ", "1\0", "一", "a:b", String(repeating: "x", count: 64),
            String(repeating: "x", count: 65),
            String(repeating: "x", count: 66),
        ]
        for (number, id) in ids.enumerated() { #expect(store.take(message("a", id: UInt16(number + 1)), id: id)) }
        for id in ids { #expect(!store.take(message("a", id: 99), id: id)) }
        let elsewhere = MQTTMessage(topic: "u", payload: Data(), qos: 1, retained: false, packetID: 100)
        #expect(store.take(elsewhere, id: "1"))
    }

    @Test("a retained copy of a message that came live is no new event")
    func retained() {
        let store = store()
        #expect(store.take(message("a", id: 1)))
        #expect(!store.take(message("a", id: 2, retained: true)))
        #expect(store.take(message("b", id: 3, retained: true)))
        #expect(!store.take(message("b", id: 4, retained: true)))
    }

    @Test("of retained copies so many are known as there are newest messages, no more")
    func retainedLongAgo() {
        let store = store()
        for number in 0...DeliveryKeys.copiesLimit { store.take(message("m\(number)", id: UInt16(number + 1))) }
        #expect(store.take(message("m0", id: 5_000, retained: true)))
        #expect(!store.take(message("m1", id: 5_001, retained: true)))
    }

    @Test("QoS 0 has no key")
    func qosZero() {
        let message = MQTTMessage(topic: "t", payload: Data(), qos: 0, retained: false, packetID: 0)
        var keys = DeliveryKeys(client: "andon")
        #expect(keys.next(message, id: nil) { _ in true } == nil)
    }

    @Test("another client's keys are not this client's")
    func otherClient() {
        let store = store()
        for id: UInt16 in 1...3 { store.take(message("a", id: id)) }
        store.restart(client: "other")
        store.keys.connected(sessionPresent: true)
        #expect(store.take(message("a", id: 3)))
    }
}
