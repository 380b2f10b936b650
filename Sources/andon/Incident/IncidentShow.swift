import Appliance
import ArgumentParser
import Domain
import Foundation
import Journal
import Manuals
import Terminal

extension IncidentCommand {
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
            let transitions: [IncidentTransition]
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
            let transitions = try journal.transitions(of: id)
            let answer = try journal.answer(of: id)?.answer
            let superseded =
                try answer.map { try ManualCommand.openLibrary(settings).supersededManuals(citedBy: $0.citations) }
                ?? []
            if json {
                return try Output.json(
                    Record(
                        incident: incident, events: events, transitions: transitions, answer: answer,
                        superseded: superseded))
            }
            let formatter = ISO8601DateFormatter()
            Output.write(
                "Incident \(incident.id): \(incident.code) on \(incident.machine?.rawValue ?? "an unknown machine"),"
                    + " \(incident.state.rawValue), \(incident.count) events since"
                    + " \(formatter.string(from: incident.firstSeen))")
            if let by = incident.acknowledgedBy { Output.write("Acknowledged by \(by)") }
            for transition in transitions {
                Output.write(
                    "  \(formatter.string(from: transition.at))  \(transition.transition): \(transition.state.rawValue)"
                )
            }
            guard let answer else { return Output.write(try Self.whyUnanswered(incident, journal)) }
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

        private static func whyUnanswered(_ incident: Incident, _ journal: EventJournal) throws -> String {
            guard let first = incident.group, first != incident.id, try journal.alarmGroup(first)?.isFlood == true
            else {
                return "No answer yet."
            }
            return "No answer of its own: it is part of the flood that began with incident \(first);"
                + " andon ask gives the steps of its code."
        }
    }
}
