import ArgumentParser
import Domain
import Foundation
import Journal

extension IncidentCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List incidents: open ones first, the most urgent first, then the latest.",
            discussion: """
                A flood is one row behind its first alarm; --group lists its members. With --json the rows are \
                "incidents", "total" counts all rows, "more" those beyond the limit, and the row of a flood has "flood".

                Example: andon incident list --all --json
                """)

        @Flag(help: "Closed incidents too.") var all = false
        @Option(help: "Only this machine's.") var machine: String?
        @Option(help: "Only the members of this group or flood, each in a row.") var group: Int64?
        @OptionGroup var rows: RowLimit
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            let filter: IncidentFilter = all ? .all : .open
            let id = machine.map(MachineID.init(rawValue:))
            let list =
                if let group {
                    try journal.alarmList(ofGroup: group, filter, machine: id, limit: rows.limit)
                } else { try journal.alarmList(filter, machine: id, limit: rows.limit) }
            if json {
                return try Output.json(
                    ListDocument(name: "incidents", rows: list.rows.map(IncidentRow.init), total: list.total))
            }
            if list.rows.isEmpty { Output.write(all ? "No incidents." : "No open incidents.") }
            for row in list.rows { Output.write(IncidentLine.text(row)) }
            if let remainder = RowLimit.remainder(list.more) { Output.write(remainder) }
        }
    }

    /// A row of the list for programs: the incident's fields, and `flood` where it stands for a whole flood.
    private struct IncidentRow: Encodable {
        let row: AlarmListRow

        init(_ row: AlarmListRow) { self.row = row }

        private struct Flood: Encodable {
            let group: AlarmGroup
            let members: Int
            let priority: AlarmPriority
        }

        private enum CodingKeys: String, CodingKey { case flood }

        func encode(to encoder: any Encoder) throws {
            try row.incident.encode(to: encoder)
            guard let flood = row.flood else { return }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(
                Flood(group: flood.group, members: flood.members, priority: flood.priority), forKey: .flood)
        }
    }

    struct Groups: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Alarms that came together: the first-out, and how many followed.",
            discussion: """
                Of each group the first 100 alarms are shown; incident list --all --group lists them all.

                Example: andon incident groups --floods --json
                """)

        @Flag(help: "Only groups of more alarms than a person can take in.") var floods = false
        @Option(help: "At most this many.") var limit = 50
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        /// Alarms of each group.
        private static let membersLimit = 100

        private struct Summary: Encodable {
            let group: AlarmGroup
            let firstOut: Incident?
            let incidents: [Incident]
            /// Alarms of the group that are not among `incidents`.
            let more: Int
        }

        func validate() throws {
            guard (1...1_000).contains(limit) else { throw ValidationError("--limit: expected 1 to 1000") }
        }

        func run() async throws {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            let summaries = try journal.alarmGroups(floodsOnly: floods, limit: limit).map { group in
                let members = try journal.incidents(ofGroup: group.id, limit: Self.membersLimit)
                return Summary(
                    group: group, firstOut: try journal.incident(group.id), incidents: members,
                    more: max(0, group.count - members.count))
            }
            let total = try journal.alarmGroupCount(floodsOnly: floods)
            if json { return try Output.json(ListDocument(name: "groups", rows: summaries, total: total)) }
            if summaries.isEmpty { Output.write(floods ? "No floods." : "No groups.") }
            for summary in summaries {
                Output.write(IncidentLine.text(summary.group, firstOut: summary.firstOut))
                for incident in summary.incidents { Output.write("  " + IncidentLine.text(incident)) }
                if summary.more > 0 {
                    Output.write("  and \(summary.more) more; incident list --all --group \(summary.group.id)")
                }
            }
            if let remainder = RowLimit.remainder(total - summaries.count) { Output.write(remainder) }
        }
    }
}

/// An incident or a group as one line of text.
enum IncidentLine {
    static func text(_ row: AlarmListRow) -> String {
        guard let flood = row.flood else { return text(row.incident) }
        return text(flood.group, firstOut: row.incident, priority: flood.priority) + "  \(flood.members) listed"
    }

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

    /// - Parameter priority: of the members that the line is about; nil takes the group's highest.
    static func text(_ group: AlarmGroup, firstOut: Incident?, priority: AlarmPriority? = nil) -> String {
        let priority = priority ?? group.highestPriority
        let seconds = Int(group.lastSteadySeconds - group.startedSteadySeconds)
        let cause = firstOut.map { "first-out \($0.code.written) (incident \($0.id), \($0.state.rawValue))" }
        return [
            String(group.id), "\(symbol(priority)) \(priority.rawValue)",
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
