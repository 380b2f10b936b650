import ArgumentParser
import Foundation
import Journal

struct BenchIngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract:
            "How fast the journal makes events durable and how much it writes for that, alone and from a broker, and how many Modbus devices keep their time.",
        discussion: """
            Examples:
              andon --data /var/lib/andon bench ingest --json
              andon --data /var/lib/andon bench ingest --events 600000
            """)

    @Option(help: "Simulated Modbus devices.") var devices = 200
    @Option(help: "How many of them never answer.") var dead = 10
    @Option(help: "How long they are polled.") var seconds = 20
    @Option(help: "Events over MQTT.") var events = 100_000
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    /// One part a field, each with its own lines for people.
    private struct Figures: Encodable {
        let journal: IngestFigures
        let written: WriteFigures
        let mqtt: MQTTFigures
        let modbus: ModbusFigures
    }

    func validate() throws {
        // Three descriptors a device, and a process may usually open 1,024.
        guard (1...300).contains(devices) else { throw ValidationError("--devices: expected 1 to 300") }
        guard (0..<devices).contains(dead) else { throw ValidationError("--dead: expected 0 to fewer than --devices") }
        guard (100...10_000_000).contains(events) else { throw ValidationError("--events: expected 100 to 10000000") }
        guard (1...3600).contains(seconds) else { throw ValidationError("--seconds: expected 1 to 3600") }
    }

    func run() async throws {
        let directory = options.over(root.options).dataDirectory
        try directory.create()
        let journal = try JournalBenchmark.ingest(in: directory.root)
        let written = try WriteFigures.measure(in: directory.root)
        let mqtt = try await MQTTFigures.measure(events: events, in: directory.root)
        let modbus = try await ModbusFigures.measure(
            devices: devices, dead: dead, seconds: seconds, in: directory.root)
        if json { return try Output.json(Figures(journal: journal, written: written, mqtt: mqtt, modbus: modbus)) }
        func rate(_ value: Double) -> String { "\(Int(value)) events/s" }
        Output.write("plain 4 KiB syncs        \(rate(journal.plainSyncsPerSecond)) (what the disk itself can do)")
        Output.write("single commits           \(rate(journal.singleCommitsPerSecond))")
        Output.write("\(journal.threads) threads, group commit  \(rate(journal.threadedEventsPerSecond))")
        Output.write("batches of \(journal.batchLength)            \(rate(journal.batchedEventsPerSecond))")
        Output.write("redeliveries recognised  \(rate(journal.duplicatesPerSecond))")
        Output.write(written.lines + mqtt.lines + modbus.lines)
    }
}
