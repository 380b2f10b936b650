import Appliance
import ArgumentParser
import Domain
import Foundation
import Journal
import Manuals
import Terminal

struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "The journal's incidents.",
        subcommands: [List.self, Show.self, Acknowledge.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List incidents, latest first.", discussion: "Example: andon incident list --all --json")

        @Flag(help: "Closed incidents too.") var all = false
        @Option(help: "Only this machine's.") var machine: String?
        @Option(help: "At most this many.") var limit = 50
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func validate() throws {
            guard (1...100_000).contains(limit) else { throw ValidationError("--limit: expected 1 to 100000") }
        }

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            let incidents = try journal.incidents(
                all ? .all : .open, machine: machine.map(MachineID.init(rawValue:)), limit: limit)
            if json { return try Output.json(incidents) }
            if incidents.isEmpty { Output.write(all ? "No incidents." : "No open incidents.") }
            let formatter = ISO8601DateFormatter()
            for incident in incidents {
                Output.write(
                    [
                        String(incident.id), incident.machine?.rawValue ?? "-", incident.code.written,
                        incident.state.rawValue, "\(incident.count)x", formatter.string(from: incident.lastSeen),
                    ].joined(separator: "  "))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One incident with its events and answer.", discussion: "Example: andon incident show 17")

        @Argument(help: "The incident's number.") var id: Int64
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        private struct Record: Encodable {
            let incident: Incident
            let events: [JournaledEvent]
            let answer: Answer?
            /// Manuals of the answer that have another revision by now.
            let superseded: [SupersededManual]
        }

        func run() async throws {
            let settings = options.over(root.options)
            let journal = try IncidentCommand.openJournal(settings, access: .readOnly)
            guard let incident = try journal.incident(id) else {
                throw CommandError("incident \(id): the journal has none of this number; see andon incident list --all")
            }
            let events = try journal.events(of: id)
            let answer = try journal.answer(of: id)?.answer
            let superseded =
                try answer.map { try ManualCommand.openLibrary(settings).supersededManuals(citedBy: $0.citations) }
                ?? []
            if json {
                return try Output.json(
                    Record(incident: incident, events: events, answer: answer, superseded: superseded))
            }
            let formatter = ISO8601DateFormatter()
            Output.write(
                "Incident \(incident.id): \(incident.code) on \(incident.machine?.rawValue ?? "an unknown machine"),"
                    + " \(incident.state.rawValue), \(incident.count) events since"
                    + " \(formatter.string(from: incident.firstSeen))")
            if let by = incident.acknowledgedBy { Output.write("Acknowledged by \(by)") }
            guard let answer else { return Output.write("No answer yet.") }
            let renderer = AnswerRenderer(
                style: .forDescriptor(STDOUT_FILENO), columns: TerminalSize.columns(of: STDOUT_FILENO))
            let configuration = try settings.configuration(ShippedFiles.locate())
            Output.write(renderer.render(answer, language: configuration.language(of: incident.machine)))
            Output.write("Made from library \(answer.provenance.library).")
            for manual in superseded {
                let now = manual.currentRevision.map { "the library now holds revision \($0)" }
                Output.write(
                    "\(manual.manual), revision \(manual.revision), has been superseded: "
                        + (now ?? "the manual is no longer in the library"))
            }
        }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack", abstract: "Acknowledge an incident.", discussion: "Example: andon incident ack 17")

        @Argument(help: "The incident's number.") var id: Int64
        @Option(help: "Who acknowledges; else the login name.") var by: String?
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        private struct Receipt: Encodable {
            let incident: Int64
            let by: String
            let sequence: Int64
        }

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readWrite)
            let name = by ?? NSUserName()
            let sequence = try journal.acknowledge(incident: id, by: name, at: Date())
            try IncidentFolding.foldPending(in: journal)
            if json { return try Output.json(Receipt(incident: id, by: name, sequence: sequence)) }
            Output.write("Incident \(id) is acknowledged by \(name).")
        }
    }

    static func openJournal(
        _ settings: GlobalOptions.Settings, access: EventJournal.Access
    ) throws -> EventJournal {
        let path = settings.dataDirectory.journal.path
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                "\(path): there is no journal yet; andon serve makes it, or name its directory with --data")
        }
        return try EventJournal(path: path, access: access)
    }
}
