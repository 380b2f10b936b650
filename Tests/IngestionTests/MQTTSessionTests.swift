import Domain
import Foundation
import Ingestion
import Simulation
import Synchronization
import Testing

@Suite("MQTT sessions, shares and presence with a real broker")
struct MQTTSessionTests {
    private static let topic = "plant/press-07/alarm"

    private func settings(
        _ broker: MosquittoBroker, _ client: String, version: MQTTSettings.Version = .v3
    ) -> MQTTSettings {
        MQTTSettings(
            host: broker.host, port: broker.port, clientID: client, version: version, reconnectMs: 20,
            reconnectCeilingMs: 200)
    }

    private func source(_ settings: MQTTSettings, _ journal: any EventSink & IdempotencyKeyRecall) throws -> MQTTSource
    {
        let route = MQTTRoute(topic: try TopicTemplate(Self.topic), machine: MachineID(rawValue: "press-07"))
        return try MQTTSource(settings: settings, routes: [route], sink: journal, recall: journal, logger: quiet)
    }

    private func publish(_ numbers: ClosedRange<Int>, to broker: MosquittoBroker) async throws {
        let gateway = try MQTTConnection(
            settings: settings(broker, "gateway-\(UUID().uuidString)"), filters: [], handlers: .init(), logger: quiet)
        gateway.start()
        defer { gateway.stop() }
        try await until("the gateway connects") { gateway.isConnected }
        for number in numbers {
            try await gateway.publish(topic: Self.topic, payload: Data(#"{"code":"F\#(number)"}"#.utf8))
        }
    }

    @Test(
        "what was published while the appliance was away arrives in order, in batches",
        arguments: MQTTSettings.Version.allCases)
    func keptSession(version: MQTTSettings.Version) async throws {
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let journal = MemoryJournal()
        let settings = settings(broker, "andon", version: version)
        let first = try source(settings, journal)
        try await running(first) { try await until("up") { first.status.state == .up } }
        try await publish(1...200, to: broker)
        let second = try source(settings, journal)
        try await running(second) { try await until("all arrive") { journal.events.count >= 200 } }
        #expect(journal.codes == (1...200).map { "F\($0)" })
        #expect(journal.largestBatch > 1, "what waits shares a commit")
    }

    @Test(
        "a batch that the journal refuses comes again whole, over both versions",
        arguments: MQTTSettings.Version.allCases)
    func refusedBatch(version: MQTTSettings.Version) async throws {
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let journal = MemoryJournal()
        let settings = settings(broker, "andon", version: version)
        let first = try source(settings, journal)
        try await running(first) { try await until("up") { first.status.state == .up } }
        try await publish(1...100, to: broker)
        journal.refuse(times: 4)
        journal.failAfterCommit(times: 3)
        let second = try source(settings, journal)
        try await running(second) { try await until("all arrive") { journal.events.count >= 100 } }
        #expect(journal.refused == 4)
        #expect(journal.codes == (1...100).map { "F\($0)" })
    }

    @Test("two appliances that share a subscription divide the messages: each is kept once")
    func shared() async throws {
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let journals = [MemoryJournal(), MemoryJournal()]
        let sources = try journals.enumerated().map { index, journal in
            var settings = settings(broker, "andon-\(index)")
            settings.share = "plant"
            return try source(settings, journal)
        }
        try await running(sources[0]) {
            try await running(sources[1]) {
                try await until("both are up") { sources.allSatisfy { $0.status.state == .up } }
                try await publish(1...60, to: broker)
                try await until("all arrive") { journals.reduce(0) { $0 + $1.events.count } >= 60 }
            }
        }
        #expect(journals.allSatisfy { !$0.events.isEmpty })
        #expect(Set(journals.flatMap(\.codes)).count == 60)
        #expect(journals.flatMap(\.codes).count == 60)
    }

    @Test("the broker keeps whether the appliance is there: up, down when it leaves, down by its will when it is gone")
    func presence() async throws {
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let seen = Mutex<[String]>([])
        let watcher = try MQTTConnection(
            settings: settings(broker, "watcher"), filters: ["andon/status/+"],
            handlers: .init(messages: { messages in
                seen.withLock { $0 += messages.map { String(decoding: $0.payload, as: UTF8.self) } }
            }), logger: quiet)
        watcher.start()
        defer { watcher.stop() }
        try await until("the watcher is up") { watcher.status.state == .up }
        var settings = settings(broker, "andon")
        settings.statusTopic = "andon/status/plant-1"
        let up = #"{"client":"andon","state":"up"}"#
        let down = #"{"client":"andon","state":"down"}"#
        let leaving = try MQTTConnection(settings: settings, filters: [], handlers: .init(), logger: quiet)
        leaving.start()
        try await until("it is up") { seen.withLock { $0 } == [up] }
        leaving.stop()
        try await until("it left") { seen.withLock { $0 } == [up, down] }

        let cable = try FaultyProxy(to: broker.port)
        settings.port = cable.port
        let vanishing = try MQTTConnection(settings: settings, filters: [], handlers: .init(), logger: quiet)
        vanishing.start()
        try await until("it is up again") { seen.withLock { $0 } == [up, down, up] }
        cable.stop()
        try await until("its will is read") { seen.withLock { $0 } == [up, down, up, down] }
        vanishing.stop()
    }

    @Test("messages that a full queue made the broker drop are noticed")
    func dropped() async throws {
        let broker = try MosquittoBroker.launch(options: ["max_queued_messages 10", "sys_interval 1"])
        defer { broker.remove() }
        let journal = MemoryJournal()
        let first = try source(settings(broker, "andon"), journal)
        try await running(first) { try await until("up") { first.status.state == .up } }
        try await publish(1...80, to: broker)
        let second = try source(settings(broker, "andon"), journal)
        try await running(second) {
            try await until("it is told") { second.status.lastError?.contains("the broker dropped") == true }
        }
        #expect(journal.events.count < 80)
        #expect(second.status.lastError?.contains("max_queued_messages") == true)
    }
}
