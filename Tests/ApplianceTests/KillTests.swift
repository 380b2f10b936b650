import Domain
import Foundation
import Ingestion
import Journal
import Logging
import Simulation
import TestSupport
import Testing

@Suite("andon serve under SIGKILL")
struct KillTests {
    private static let kills = 20
    private static let eventsPerRound = 100
    private static let topic = "plant/kill/press-01/alarm"
    private static let codes = ["P101", "P102", "P103", "P104", "P105"]

    @Test(
        "2,000 QoS 1 events over 20 kills at random moments: each is in the journal once, each incident answered once")
    func kills() async throws {
        var random = SeededGenerator(seed: testSeed("kills"))
        let directory = try TemporaryDirectory()
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let configuration = try writeConfiguration(directory.url, broker)
        let publisher = try MQTTConnection(
            settings: MQTTSettings(host: broker.host, port: broker.port, clientID: "gateway", cleanSession: true),
            filters: [], handlers: .init(), logger: Logger(label: "gateway") { _ in SwiftLogNoOpLogHandler() })
        publisher.start()
        defer { publisher.stop() }
        try await eventually("the gateway's connection") { publisher.isConnected }

        // The session must exist before the first event, or the broker has nobody to keep it for.
        let first = try serve(configuration, directory.url)
        try await eventually("the first subscription") {
            try log(directory.url).contains("MQTT up")
        }
        first.send(signal: SIGKILL)
        first.stop()

        for round in 0..<Self.kills {
            let appliance = try serve(configuration, directory.url)
            let killAfter = Int.random(in: 0..<Self.eventsPerRound, using: &random)
            for index in 0..<Self.eventsPerRound {
                if index == killAfter { appliance.send(signal: SIGKILL) }
                try await publish(number: round * Self.eventsPerRound + index, publisher)
            }
            appliance.stop()
        }

        let last = try serve(configuration, directory.url)
        let total = Self.kills * Self.eventsPerRound
        let journal = try EventJournal(
            path: directory.url.appendingPathComponent("journal.sqlite").path, access: .readOnly)
        try await eventually("all events") { try journal.counters().events >= total }
        try await eventually("all answers") {
            try journal.incidentsWithoutAnswer().isEmpty && journal.counters().undeliveredAnswers == 0
        }
        last.send(signal: SIGTERM)
        try await eventually("a graceful end") { !last.isRunning }

        let incidents = try journal.incidents(.all)
        var deliveries = [Int](repeating: 0, count: total)
        for event in try incidents.flatMap({ try journal.events(of: $0.id, limit: total) }) {
            guard case .fault(let report) = event.event.content else { continue }
            deliveries[try #require(report.message.flatMap { Int($0) })] += 1
        }
        let lost = deliveries.indices.filter { deliveries[$0] == 0 }
        let doubled = deliveries.indices.filter { deliveries[$0] > 1 }
        #expect(lost == [] && doubled == [])
        #expect(try journal.counters().events == total)
        #expect(incidents.map(\.count).reduce(0, +) == total)
        #expect(try journal.counters().answersByStatus.values.reduce(0, +) == incidents.count)
        #expect(try journal.integrityProblems().isEmpty)
    }

    /// Every other event has an id of its own; the rest are known by their delivery alone.
    private func publish(number: Int, _ publisher: MQTTConnection) async throws {
        let code = Self.codes[number % Self.codes.count]
        let id = number.isMultiple(of: 2) ? #""id":"e\#(number)","# : ""
        try await publisher.publish(
            topic: Self.topic, payload: Data(#"{\#(id)"code":"\#(code)","message":"\#(number)"}"#.utf8))
    }

    private func serve(_ configuration: URL, _ directory: URL) throws -> ChildProcess {
        try ChildProcess(
            [
                BuiltExecutable.path(), "--config", configuration.path, "--data", directory.path, "--log-level",
                "debug",
                "serve",
            ], logFile: directory.appendingPathComponent("serve.log"))
    }

    private func log(_ directory: URL) throws -> String {
        let data = FileManager.default.contents(atPath: directory.appendingPathComponent("serve.log").path)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private func writeConfiguration(_ directory: URL, _ broker: MosquittoBroker) throws -> URL {
        let file = directory.appendingPathComponent("andon.yaml")
        let text = """
            mqtt: { host: \(broker.host), port: \(broker.port), client_id: andon-kill }
            machines:
              - { id: press-01, profile: generic-json, machine_model: halden-sp200, mqtt: { topic: "\(Self.topic)" } }
            model: { file: none }

            """
        try Data(text.utf8).write(to: file)
        return file
    }
}
