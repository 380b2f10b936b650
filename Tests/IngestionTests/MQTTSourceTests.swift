import Domain
import Foundation
import Ingestion
import Simulation
import Synchronization
import TestSupport
import Testing

@Suite("MQTT source with a real broker")
struct MQTTSourceTests {
    let broker: MosquittoBroker

    init() throws { broker = try MosquittoBroker.launch() }

    private func settings(_ client: String, clean: Bool = false) -> MQTTSettings {
        MQTTSettings(
            host: broker.host, port: broker.port, clientID: client, cleanSession: clean, reconnectMs: 20,
            reconnectCeilingMs: 200)
    }

    private func source(_ journal: MemoryJournal, routes: [MQTTRoute]? = nil) throws -> MQTTSource {
        let routes =
            try routes ?? [
                MQTTRoute(topic: TopicTemplate("plant/press-07/alarm"), machine: MachineID(rawValue: "press-07")),
                MQTTRoute(topic: TopicTemplate("plant/+/{machine}/fault"), machine: nil),
            ]
        return try MQTTSource(
            settings: settings("andon"), routes: routes, sink: journal, recall: journal, logger: quiet)
    }

    /// A gateway: publishes with QoS 1, connected while `body` runs.
    private func withGateway<Result>(
        _ body: (MQTTConnection) async throws -> Result
    ) async throws -> Result {
        let gateway = try MQTTConnection(
            settings: settings("gateway", clean: true), filters: [], handlers: .init(), logger: quiet)
        gateway.start()
        defer { gateway.stop() }
        try await until("gateway connects") { gateway.isConnected }
        return try await body(gateway)
    }

    private func send(_ gateway: MQTTConnection, _ text: String, to topic: String = "plant/press-07/alarm") async throws
    {
        try await gateway.publish(topic: topic, payload: Data(text.utf8))
    }

    @Test("a published fault becomes an event of its machine")
    func publishedFault() async throws {
        let journal = MemoryJournal()
        let source = try source(journal)
        try await running(source) {
            try await until("source is up") { source.status.state == .up }
            try await withGateway { gateway in
                try await send(gateway, #"{"id":"1","ts":"2026-03-01T08:15:30Z","code":"F004","message":"DC bus low"}"#)
                try await send(gateway, #"{"code":"E12"}"#, to: "plant/l1/mill-02/fault")
                try await until("both arrive") { journal.events.count == 2 }
            }
        }
        let event = journal.events[0]
        #expect(event.machine == MachineID(rawValue: "press-07"))
        #expect(event.source == .mqtt(topic: "plant/press-07/alarm"))
        #expect(event.report?.code.written == "F004")
        #expect(event.report?.message == "DC bus low")
        #expect(event.report?.active == true)
        #expect(event.report?.occurredAt == Date(timeIntervalSince1970: 1_772_352_930))
        #expect(journal.events[1].machine == MachineID(rawValue: "mill-02"))
        #expect(source.status.contacts == 2)
    }

    @Test("a message that the journal refuses stays with the broker and arrives exactly once, in order")
    func refusedMessage() async throws {
        let journal = MemoryJournal()
        let source = try source(journal)
        try await running(source) {
            try await until("source is up") { source.status.state == .up }
            journal.refuse(times: 5)
            try await withGateway { gateway in
                for number in 1...30 { try await send(gateway, #"{"code":"F\#(number)"}"#) }
            }
            try await until("all arrive") { journal.events.count >= 30 }
            try await until("source recovers") { source.status.state == .up }
        }
        #expect(journal.refused == 5)
        #expect(journal.codes == (1...30).map { "F\($0)" })
    }

    @Test("equal events that were kept but not acknowledged are not kept twice, in one run", arguments: [1, 7])
    func keptButNotAcknowledged(_ times: Int) async throws {
        let journal = MemoryJournal()
        let source = try source(journal)
        try await running(source) {
            try await until("source is up") { source.status.state == .up }
            journal.failAfterCommit(times: times)
            try await withGateway { gateway in
                for _ in 1...30 { try await send(gateway, #"{"code":"F1"}"#) }
                try await send(gateway, #"{"code":"F2"}"#)
            }
            try await until("the last arrives") { journal.codes.last == "F2" }
        }
        #expect(journal.events.count == 31)
        #expect(journal.duplicates >= times)
    }

    @Test("equal events that were kept but not acknowledged before a crash are not kept twice after it")
    func crashed() async throws {
        let journal = MemoryJournal()
        let first = try source(journal)
        try await running(first) {
            try await until("source is up") { first.status.state == .up }
            try await withGateway { gateway in
                for _ in 1...5 { try await send(gateway, #"{"code":"F1"}"#) }
            }
            try await until("five arrive") { journal.events.count == 5 }
            journal.dieAfterCommit()
            try await withGateway { try await send($0, #"{"code":"F1"}"#) }
            try await until("the sixth comes again") { journal.refused > 0 }
            #expect(journal.events.count == 6)
        }
        journal.refuse(times: 0)
        try await withGateway { gateway in
            for _ in 1...5 { try await send(gateway, #"{"code":"F1"}"#) }
        }
        let second = try source(journal)
        try await running(second) {
            try await until("the rest arrives") { journal.events.count == 11 && journal.duplicates == 1 }
        }
        #expect(journal.events.count == 11)
    }

    @Test("under random trouble with journal, appliance and broker each of many equal events is kept exactly once")
    func manyTroubles() async throws {
        var generator = SeededGenerator(seed: testSeed("manyTroubles"))
        let journal = MemoryJournal()
        journal.makeTrouble(seed: generator.next(), share: 0.03)
        var sent: [String] = []
        for round in 1...6 {
            let source = try source(journal)
            let codes = (0..<40).map { _ in "F\(Int.random(in: 1...2, using: &generator))" }
            sent += codes
            let expected = sent.count
            try await running(source) {
                try await until("source connects") { source.status.state == .up }
                if round == 3 {
                    broker.stop()
                    try broker.start()
                }
                try await withGateway { gateway in
                    for code in codes { try await send(gateway, #"{"code":"\#(code)"}"#) }
                }
                // Every other round ends in the middle of the stream.
                try await until("events arrive") { journal.events.count >= expected - (round % 2) * 20 }
            }
        }
        let last = try source(journal)
        let total = sent.count
        try await running(last) { try await until("all arrive") { journal.events.count >= total } }
        #expect(journal.codes == sent)
    }

    @Test("a refused message without a stop survives a restart of the appliance")
    func refusedUntilRestart() async throws {
        let journal = MemoryJournal()
        journal.refuse(times: .max)
        let first = try source(journal)
        try await running(first) {
            try await until("source is up") { first.status.state == .up }
            try await withGateway { try await send($0, #"{"code":"F1"}"#) }
            try await until("it is refused") { journal.refused > 0 }
        }
        #expect(journal.events.isEmpty)
        journal.refuse(times: 0)
        let second = try source(journal)
        try await running(second) {
            try await until("it arrives") { journal.events.count == 1 }
        }
        #expect(journal.codes == ["F1"])
    }

    @Test("equal payloads without an id are separate events, equal ids are one")
    func equalPayloads() async throws {
        let journal = MemoryJournal()
        let source = try source(journal)
        try await running(source) {
            try await until("source is up") { source.status.state == .up }
            try await withGateway { gateway in
                for _ in 1...3 { try await send(gateway, #"{"code":"F1"}"#) }
                for _ in 1...3 { try await send(gateway, #"{"id":"a","code":"F2"}"#) }
                try await send(gateway, #"{"code":"F3"}"#)
                try await until("the last arrives") { journal.codes.last == "F3" }
            }
        }
        #expect(journal.codes == ["F1", "F1", "F1", "F2", "F3"])
        #expect(journal.duplicates == 2)
    }

    @Test("messages published while the appliance is down arrive when it is back, equal ones too")
    func offlineMessages() async throws {
        let journal = MemoryJournal()
        let first = try source(journal)
        try await running(first) { try await until("source is up") { first.status.state == .up } }
        try await withGateway { gateway in
            for _ in 1...40 { try await send(gateway, #"{"code":"F1"}"#) }
        }
        let second = try source(journal)
        try await running(second) { try await until("all arrive") { journal.events.count == 40 } }
        #expect(journal.duplicates == 0)
    }

    @Test("over ten restarts of the broker under load each event is kept exactly once, and the source is up again")
    func brokerRestarts() async throws {
        var generator = SeededGenerator(seed: testSeed("brokerRestarts"))
        let goals = (1...10).map { _ in Int.random(in: 20...200, using: &generator) }
        let journal = MemoryJournal()
        let source = try source(journal)
        let sent = try await running(source) {
            try await until("source is up") { source.status.state == .up }
            return try await withGateway { gateway in
                let isOver = Flag()
                let load = (0..<8).map { publisher in
                    Task { try await publish(until: isOver, publisher, gateway) }
                }
                for goal in goals {
                    let before = journal.events.count
                    try await until("events under load") { journal.events.count >= before + goal }
                    broker.stop()
                    try await until("the loss is noticed") { source.status.state == .degraded }
                    try broker.start()
                    try await until("source is up again") { source.status.state == .up }
                }
                isOver.raise()
                var total = 0
                for publisher in load { total += try await publisher.value }
                let published = total
                try await until("all arrive") { journal.events.count >= published }
                return published
            }
        }
        #expect(journal.events.count == sent)
        #expect(Set(journal.codes).count == sent)
    }

    private final class Flag: Sendable {
        private let state = Atomic(false)
        var isRaised: Bool { state.load(ordering: .relaxed) }
        func raise() { state.store(true, ordering: .relaxed) }
    }

    /// Publishes event after event, each again until the broker confirms it.
    ///
    /// - Returns: how many it confirmed.
    private func publish(
        until isOver: Flag, _ publisher: Int, _ gateway: MQTTConnection
    ) async throws -> Int {
        var number = 0
        while !isOver.isRaised {
            let name = "F\(publisher)-\(number)"
            try await until("the gateway is connected") { gateway.isConnected }
            do {
                try await send(gateway, #"{"id":"\#(name)","code":"\#(name)"}"#)
                number += 1
            } catch is MQTTError {
                // Lost between the look and the message.
                continue
            }
        }
        return number
    }

    @Test("a retained state is one event however often the source subscribes")
    func retainedState() async throws {
        let journal = MemoryJournal()
        try await withGateway { gateway in
            try await gateway.publish(
                topic: "plant/press-07/alarm", payload: Data(#"{"code":"F9"}"#.utf8), retain: true)
        }
        for _ in 1...3 {
            let source = try source(journal)
            try await running(source) {
                try await until("the retained message comes") { source.status.contacts == 1 }
            }
        }
        #expect(journal.codes == ["F9"])
        #expect(journal.duplicates == 2)
    }

    @Test("what cannot be read is kept as an event that says why, and the next message is read")
    func unreadable() async throws {
        let journal = MemoryJournal()
        let source = try source(journal)
        try await running(source) {
            try await until("source is up") { source.status.state == .up }
            try await withGateway { gateway in
                try await send(gateway, "not json")
                try await gateway.publish(topic: "plant/press-07/alarm", payload: Data([0, 255, 254, 7, 0]))
                try await gateway.publish(
                    topic: "plant/press-07/alarm", payload: Data(repeating: UInt8(ascii: "{"), count: 10 << 20))
                try await send(gateway, "")
                try await send(gateway, #"{"code":"F5"}"#)
                try await until("the last arrives") { journal.events.count == 5 }
            }
        }
        #expect(journal.events.map { $0.unparseableReason == nil } == [false, false, false, false, true])
        let huge = journal.events[2]
        #expect(huge.unparseableReason == "expected at most 1048576 bytes, got 10485760")
        #expect(huge.payload.receivedByteCount == 10 << 20)
        #expect(huge.payload.bytes.count == Payload.keptBytesLimit)
    }

    @Test("a second client receives what was published with confirmation")
    func confirmedPublish() async throws {
        let journal = MemoryJournal()
        let routes = [MQTTRoute(topic: try TopicTemplate("andon/answers/{machine}"), machine: nil)]
        let source = try source(journal, routes: routes)
        try await running(source) {
            try await until("source is up") { source.status.state == .up }
            try await withGateway { gateway in
                let topic = try TopicTemplate("andon/answers/{machine}").topic(for: MachineID(rawValue: "press-07"))
                try await send(gateway, #"{"code":"F1"}"#, to: topic)
            }
            try await until("it arrives") { journal.events.count == 1 }
        }
        #expect(journal.events[0].machine == MachineID(rawValue: "press-07"))
    }

    @Test("publishing without a broker fails at once and says so")
    func publishWithoutBroker() async throws {
        broker.stop()
        let gateway = try MQTTConnection(
            settings: settings("gateway"), filters: [], handlers: .init(), logger: quiet)
        gateway.start()
        defer { gateway.stop() }
        await #expect(throws: MQTTError.notConnected(endpoint: "127.0.0.1:\(broker.port)")) {
            try await gateway.publish(topic: "a", payload: Data())
        }
    }
}
