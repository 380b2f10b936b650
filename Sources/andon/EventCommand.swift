import Appliance
import ArgumentParser
import Domain
import Foundation
import Journal
import Terminal

struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event", abstract: "What came in, as it arrived.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the newest messages, or those that could not be read.",
            discussion: """
                A message that does not fit its machine's profile, or that names a machine that nobody knows, is kept \
                as it came: where it came from, why it could not be read, and the head of it.

                Examples:
                  andon event list --unreadable
                  andon event list --machine press-07 --json | jq '.[0]'
                """)

        @Flag(help: "Only what could not be read or belongs to no machine.") var unreadable = false
        @Option(help: "Only of this machine.") var machine: String?
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var limit: RowLimit
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: EventCommand

        func run() async throws {
            let settings = options.over(root.root.options)
            let journal = try EventJournal(path: settings.dataDirectory.journal.path, access: .readOnly)
            let rows = try journal.events(
                unparseableOnly: unreadable, machine: machine.map(MachineID.init(rawValue:)), limit: limit.limit
            ).map(EventRow.init)
            if json { return try Output.json(rows) }
            guard !rows.isEmpty else {
                return Output.write(unreadable ? "Everything that came in could be read." : "No events.")
            }
            for line in rows.flatMap(\.lines) { Output.write(line) }
        }
    }

    @ParentCommand var root: Andon
}

/// An event as lists show it; texts from outside have their control characters escaped.
struct EventRow: Encodable {
    private static let headBytes = 200

    let sequence: Int64
    let receivedAt: Date
    /// Topic, register or line.
    let place: String
    let machine: String?
    let code: String?
    let active: Bool?
    /// Why it could not be read.
    let reason: String?
    let bytes: Int
    let head: String

    private enum CodingKeys: String, CodingKey {
        case sequence, place, machine, code, active, reason, bytes, head
        case receivedAt = "received_at"
    }

    init(_ journaled: JournaledEvent) {
        let event = journaled.event
        sequence = journaled.sequence
        receivedAt = event.receivedAt
        place = PrintableText.line(event.source.place)
        machine = event.machine?.rawValue
        bytes = event.payload.receivedByteCount
        head = PrintableText.line(String(decoding: event.payload.bytes.prefix(EventRow.headBytes), as: UTF8.self))
        switch event.content {
        case .fault(let report):
            (code, active, reason) = (PrintableText.line(report.code.written), report.active, nil)
        case .unparseable(let text): (code, active, reason) = (nil, nil, PrintableText.line(text))
        }
    }

    var lines: [String] {
        let time = ISO8601DateFormatter().string(from: receivedAt)
        let what = code.map { "\($0)\(active == false ? " gone" : "")" } ?? "unreadable"
        let first = "\(sequence)  \(time)  \(machine ?? "no machine")  \(place)  \(what)  \(bytes) bytes"
        return [first] + [reason, head].compactMap { $0 }.filter { !$0.isEmpty }.map { "    \($0)" }
    }
}
