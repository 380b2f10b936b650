import Domain
import Foundation
import Ingestion
import Journal
import Logging
import Simulation
import Synchronization
import TestSupport
import Testing

@Suite("andon serve under SIGKILL")
struct KillTests {
    private static let kills = 50
    /// Published in each round, half with QoS 1, half with QoS 2, as fast as the publishers can: some 10,000 a second.
    private static let eventsPerRound = 500
    private static let eventsPerCode = 100
    private static let topic = "plant/kill/press-01/alarm"

    @Test(
        "25,000 events of QoS 1 and 2 over 50 kills at random moments: each is in the journal once, each answer goes out"
    )
    func kills() async throws {
        let seed = testSeed("kills")
        var random = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let configuration = try writeConfiguration(directory.url, broker)
        let published = Mutex<Set<String>>([])
        let screen = try MQTTConnection(
            settings: MQTTSettings(host: broker.host, port: broker.port, clientID: "screen"),
            filters: ["andon/answers/+"],
            handlers: .init(messages: { messages in
                let ids = messages.compactMap { try? JSONDecoder().decode(Published.self, from: $0.payload).id }
                published.withLock { $0.formUnion(ids) }
            }), logger: Logger(label: "screen") { _ in SwiftLogNoOpLogHandler() })
        screen.start()
        defer { screen.stop() }
        try await eventually("the screen's subscription") { screen.status.state == .up }

        // The session must exist before the first event, or the broker has nobody to keep it for.
        let first = try serve(configuration, directory.url)
        try await eventually("the first subscription") {
            try log(directory.url).contains("client_id=andon-kill [Ingestion] MQTT up")
        }
        first.send(signal: SIGKILL)
        first.stop()
        let journal = try EventJournal(
            path: directory.url.appendingPathComponent("journal.sqlite").path, access: .readOnly)

        for round in 0..<Self.kills {
            let before = try journal.counters().events
            let outstanding = (round + 1) * Self.eventsPerRound - before
            let killAfter = Int.random(in: 0..<outstanding, using: &random)
            let appliance = try serve(configuration, directory.url)
            let publishers = try publish(round: round, to: broker, in: directory.url)
            try await eventually("the moment of the kill") { try journal.counters().events >= before + killAfter }
            appliance.send(signal: SIGKILL)
            appliance.stop()
            try await eventually("the publishers' end") { !publishers.contains(where: \.isRunning) }
        }

        let last = try serve(configuration, directory.url)
        let total = Self.kills * Self.eventsPerRound
        try await eventually("all events in their incidents") {
            try journal.incidents(.all, limit: total).map(\.count).reduce(0, +) >= total
        }
        try await eventually("all answers") {
            try journal.incidentsWithoutAnswer().isEmpty && journal.counters().undeliveredAnswers == 0
        }
        let incidents = try journal.incidents(.all, limit: total)
        let answers = try incidents.compactMap { try journal.answer(of: $0.id)?.answer.id }
        try await eventually("all answers on the screen") {
            published.withLock { $0.isSuperset(of: answers) }
        }
        last.send(signal: SIGTERM)
        try await eventually("a graceful end") { !last.isRunning }

        var deliveries = [Int](repeating: 0, count: total)
        for event in try incidents.flatMap({ try journal.events(of: $0.id, limit: total) }) {
            guard case .fault(let report) = event.event.content else { continue }
            deliveries[try #require(report.message.flatMap { Int($0) })] += 1
        }
        let lost = deliveries.indices.filter { deliveries[$0] == 0 }
        let doubled = deliveries.indices.filter { deliveries[$0] > 1 }
        #expect(lost == [], "seed \(seed)")
        #expect(doubled == [], "seed \(seed)")
        let kept = try journal.counters().events
        #expect(kept == total)
        #expect(incidents.map(\.count).reduce(0, +) == total)
        #expect(incidents.count == total / Self.eventsPerCode)
        #expect(try journal.counters().answersByStatus.values.reduce(0, +) == incidents.count)
        #expect(answers.count == incidents.count)
        #expect(published.withLock { $0 } == Set(answers), "nothing else was published")
        #expect(try journal.integrityProblems().isEmpty)
    }

    /// Of an answer on its topic.
    private struct Published: Decodable {
        let id: String

        enum CodingKeys: String, CodingKey {
            case id = "answer_id"
        }
    }

    /// Every other event has an id of its own; the rest are known by their delivery alone.
    private func publish(round: Int, to broker: MosquittoBroker, in folder: URL) throws -> [ChildProcess] {
        let numbers = round * Self.eventsPerRound..<(round + 1) * Self.eventsPerRound
        return try [1, 2].map { qos in
            let lines = numbers.filter { $0 / 2 % 2 == qos - 1 }.map { number in
                let id = number.isMultiple(of: 2) ? #""id":"e\#(number)","# : ""
                return #"{\#(id)"code":"K\#(100 + number / Self.eventsPerCode)","message":"\#(number)"}"# + "\n"
            }
            let file = folder.appending(path: "events-\(qos)")
            try Data(lines.joined().utf8).write(to: file)
            let command =
                "exec mosquitto_pub -h \(broker.host) -p \(broker.port) -q \(qos) -t \(Self.topic) -l < '\(file.path)'"
            return try ChildProcess(["/bin/sh", "-c", command], logFile: folder.appending(path: "publishers.log"))
        }
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
            alarms: { flood_count: 10000 }    # each incident gets an answer, not only the first of a flood

            """
        try Data(text.utf8).write(to: file)
        return file
    }
}
