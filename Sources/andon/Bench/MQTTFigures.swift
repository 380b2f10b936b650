import Domain
import Foundation
import Ingestion
import Journal
import Logging
import Manuals
import ServiceLifecycle
import Simulation

/// How many QoS 1 events a second go from a real broker into a journal, next to what `mosquitto_sub` alone takes.
///
/// Both are fed by two `mosquitto_pub`, on a private broker with mosquitto's default of 20 messages in flight, in the
/// same run. A rate counts from the publishers' start to the last message's arrival, for Andon in the journal.
struct MQTTFigures: Encodable {
    let events: Int
    let secondsTaken: Double
    let perSecond: Double
    /// Found in the journal afterwards, each once.
    let kept: Int
    /// What `mosquitto_sub` takes and drops.
    let subscriberPerSecond: Double
    let share: Double
    /// Resident at the most, of the whole benchmark.
    let peakMemoryMiB: Int

    enum CodingKeys: String, CodingKey {
        case events, kept, share
        case secondsTaken = "seconds"
        case perSecond = "events_per_second"
        case subscriberPerSecond = "mosquitto_sub_per_second"
        case peakMemoryMiB = "peak_memory_mib"
    }

    private static let publishers = 2
    /// `mosquitto_pub -l` takes the confirmation of a message 65,535 before its last one for that of the last.
    private static let partLines = 50_000
    /// Slower than this a second, the measurement is given up.
    private static let slowestPerSecond = 200
    private static let topic = "plant/bench/press-01/alarm"
    private static let subscriber = "/usr/bin/mosquitto_sub"
    private static let publisher = "/usr/bin/mosquitto_pub"

    /// - Parameters:
    ///   - events: rounded down to a multiple of the publishers.
    ///   - folder: for the broker's input and a journal, which are removed afterwards.
    /// - Throws: ``SimulationError`` without mosquitto and its clients.
    static func measure(events: Int, in folder: URL) async throws -> MQTTFigures {
        for program in [subscriber, publisher] where !FileManager.default.isExecutableFile(atPath: program) {
            throw SimulationError("\(program) is not installed (Debian package mosquitto-clients)")
        }
        let place = folder.appendingPathComponent("bench-mqtt-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let count = events / publishers * publishers
        let files = try (0..<publishers).map { try write($0, count: count / publishers, to: place) }
        let alone = try await takenAlone(count, files)
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let journal = try EventJournal(path: place.appendingPathComponent("journal.sqlite").path)
        let route = MQTTRoute(topic: try TopicTemplate(topic), machine: MachineID(rawValue: "press-01"))
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let source = try MQTTSource(
            settings: MQTTSettings(host: broker.host, port: broker.port, clientID: "andon"), routes: [route],
            sink: journal, recall: journal, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: source)], logger: logger))
        async let running: Void = group.run()
        while source.status.state != .up { try await Task.sleep(for: .milliseconds(5)) }
        let taken = try await ContinuousClock().measure {
            let children = try publish(files, to: broker)
            defer { for child in children { child.stop() } }
            try await wait(for: count, "Andon") { source.status.contacts >= count }
        }
        await group.triggerGracefulShutdown()
        try await running
        return MQTTFigures(
            events: count, seconds: taken / .seconds(1), kept: try journal.counters().events, alone: alone)
    }

    private init(events: Int, seconds: Double, kept: Int, alone: Double) {
        self.events = events
        self.kept = kept
        secondsTaken = seconds
        perSecond = Double(events) / max(seconds, .leastNonzeroMagnitude)
        subscriberPerSecond = alone
        share = perSecond / alone
        peakMemoryMiB = PeakMemory.ofProcess >> 10
    }

    /// A line an event.
    ///
    /// - Returns: files to be published one after the other.
    private static func write(_ publisher: Int, count: Int, to folder: URL) throws -> [URL] {
        try stride(from: 0, to: count, by: partLines).map { first in
            let file = folder.appendingPathComponent("events-\(publisher)-\(first)")
            let lines = (first..<min(first + partLines, count)).map { index in
                #"{"id":"\#(publisher)-\#(index)","code":"P\#(100 + index % 40)","message":"event \#(index) of the benchmark"}"#
            }
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            return file
        }
    }

    private static func wait(for count: Int, _ who: String, _ isDone: () -> Bool) async throws {
        let limit = Duration.seconds(60 + count / slowestPerSecond)
        let deadline = ContinuousClock.now + limit
        while !isDone() {
            guard ContinuousClock.now < deadline else {
                throw SimulationError("\(who) did not take \(count) events within \(limit)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func takenAlone(_ count: Int, _ files: [[URL]]) async throws -> Double {
        let broker = try MosquittoBroker.launch()
        defer { broker.remove() }
        let listener = try ChildProcess(
            [
                subscriber, "-h", broker.host, "-p", "\(broker.port)", "-q", "1", "-i", "alone", "-c", "-t", topic,
                "-C",
                "\(count)",
            ], logFile: URL(filePath: "/dev/null"))
        defer { listener.stop() }
        let ready = try MQTTConnection(
            settings: MQTTSettings(host: broker.host, port: broker.port, clientID: "ready"), filters: [],
            handlers: .init(), logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        ready.start()
        defer { ready.stop() }
        // The session is kept from here on: nothing that is published later misses the subscriber.
        while !ready.isConnected { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(500))
        let taken = try await ContinuousClock().measure {
            let children = try publish(files, to: broker)
            defer { for child in children { child.stop() } }
            try await wait(for: count, "mosquitto_sub") { !listener.isRunning }
        }
        return Double(count) / (taken / .seconds(1))
    }

    private static func publish(_ files: [[URL]], to broker: MosquittoBroker) throws -> [ChildProcess] {
        try files.map { parts in
            let command = """
                for part in "$@"; do
                    \(publisher) -h \(broker.host) -p \(broker.port) -q 1 -t \(topic) -l < "$part" || exit 1
                done
                """
            return try ChildProcess(
                ["/bin/sh", "-c", command, "publishers"] + parts.map(\.path), logFile: URL(filePath: "/dev/null"))
        }
    }

    var lines: [String] {
        [
            "\(events) MQTT events of QoS 1 from \(MQTTFigures.publishers) publishers, in \(Spread.text(secondsTaken)) s:",
            "  into the journal         \(Int(perSecond)) events/s, \(kept) kept",
            "  mosquitto_sub alone      \(Int(subscriberPerSecond)) events/s; Andon takes \(Int((share * 100).rounded())) % of it",
            "  memory at the most       \(peakMemoryMiB) MiB",
        ]
    }
}
