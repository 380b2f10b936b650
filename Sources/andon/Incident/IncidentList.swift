import ArgumentParser
import Domain
import Foundation
import Journal

extension IncidentCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List incidents, latest first.", discussion: "Example: andon incident list --all --json")

        @Flag(help: "Closed incidents too.") var all = false
        @Option(help: "Only this machine's.") var machine: String?
        @OptionGroup var rows: RowLimit
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            let incidents = try journal.incidents(
                all ? .all : .open, machine: machine.map(MachineID.init(rawValue:)), limit: rows.limit)
            if json { return try Output.json(incidents) }
            var floods: [Incident.ID: AlarmGroup] = [:]
            for group in try journal.alarmGroups(floodsOnly: true, limit: rows.limit) { floods[group.id] = group }
            if incidents.isEmpty { Output.write(all ? "No incidents." : "No open incidents.") }
            for incident in incidents {
                // Of a flood, the alarm that came first stands for all: the others are listed by `groups`.
                if let flood = incident.group.flatMap({ floods[$0] }), !all {
                    if flood.id == incident.id { Output.write(IncidentLine.text(flood, firstOut: incident)) }
                    continue
                }
                Output.write(IncidentLine.text(incident))
            }
        }
    }

    struct Groups: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Alarms that came together: the first-out, and how many followed.",
            discussion: "Example: andon incident groups --floods --json")

        @Flag(help: "Only groups of more alarms than a person can take in.") var floods = false
        @Option(help: "At most this many.") var limit = 50
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        private struct Summary: Encodable {
            let group: AlarmGroup
            let firstOut: Incident?
            let incidents: [Incident]
        }

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit: expected 1 to 1000") }
        }

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            let summaries = try journal.alarmGroups(floodsOnly: floods, limit: limit).map { group in
                Summary(
                    group: group, firstOut: try journal.incident(group.id),
                    incidents: try journal.incidents(ofGroup: group.id, limit: 100))
            }
            if json { return try Output.json(summaries) }
            if summaries.isEmpty { Output.write(floods ? "No floods." : "No groups.") }
            for summary in summaries {
                Output.write(IncidentLine.text(summary.group, firstOut: summary.firstOut))
                for incident in summary.incidents { Output.write("  " + IncidentLine.text(incident)) }
            }
        }
    }
}

/// An incident or a group as one line of text.
enum IncidentLine {
    static func text(_ incident: Incident) -> String {
        let marks: [(Bool, String)] = [
            (incident.kind == .commLost, "no connection"), (incident.isFirstOut, "first-out"),
            (incident.isChattering, "chattering"), (incident.isStale, "stale"),
            (!incident.isAnnounced, "not announced"),
        ]
        let fields = [
            String(incident.id), "\(symbol(incident.priority)) \(incident.priority.rawValue)",
            incident.machine?.rawValue ?? "-", incident.code.written + (incident.instance.map { " (\($0))" } ?? ""),
            incident.state.rawValue
                + (incident.shelvedUntil.map { " until \(ISO8601DateFormatter().string(from: $0))" } ?? ""),
            "\(incident.count)x", ISO8601DateFormatter().string(from: incident.lastSeen),
        ]
        return (fields + marks.filter(\.0).map(\.1)).joined(separator: "  ")
    }

    static func text(_ group: AlarmGroup, firstOut: Incident?) -> String {
        let seconds = Int(group.lastSteadySeconds - group.startedSteadySeconds)
        let cause = firstOut.map { "first-out \($0.code.written) (incident \($0.id), \($0.state.rawValue))" }
        return [
            String(group.id), "\(symbol(group.highestPriority)) \(group.highestPriority.rawValue)",
            group.machine?.rawValue ?? "-",
            "\(group.isFlood ? "FLOOD: " : "")\(group.count) alarms in \(seconds) s", cause ?? "first-out unknown",
        ].joined(separator: "  ")
    }

    /// Priority by shape, so that colour is not needed.
    private static func symbol(_ priority: AlarmPriority) -> String {
        switch priority {
        case .high: "▲"
        case .medium: "■"
        case .low: "○"
        }
    }
}
