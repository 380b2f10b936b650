import Appliance
import ArgumentParser
import Domain
import Foundation
import Journal

/// What the commands that do something to an incident take.
struct IncidentOperationOptions: ParsableArguments {
    @Argument(help: "The incident's number.") var id: Int64
    @Option(help: "Who does it; else the login name.") var by: String?
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions

    private struct Receipt: Encodable {
        let incident: Int64
        let by: String
        let sequence: Int64
        let state: AlarmState
    }

    /// Appends an entry, folds it and says what came of it.
    ///
    /// - Parameters:
    ///   - done: what to say when it had its effect.
    ///   - append: appends the entry and returns its place.
    func perform(
        _ root: Andon, done: String, append: (EventJournal, _ by: String) throws -> Int64
    ) throws {
        let settings = options.over(root.options)
        let journal = try IncidentCommand.openJournal(settings, access: .readWrite)
        let name = by ?? NSUserName()
        try IncidentFolding.requireSameRules(settings.namedConfiguration(ShippedFiles.locate())?.alarms, in: journal)
        let sequence = try append(journal, name)
        try IncidentFolding.foldPending(in: journal)
        guard let incident = try journal.incident(id) else {
            throw CommandError("incident \(id): the journal has none of this number")
        }
        guard try journal.hasEffect(sequence) else {
            throw CommandError(
                "incident \(id): it is \(incident.state.rawValue), and that cannot be done in this state")
        }
        if json {
            return try Output.json(Receipt(incident: id, by: name, sequence: sequence, state: incident.state))
        }
        Output.write("Incident \(id) \(done) by \(name); it is \(incident.state.rawValue).")
    }

    func operate(
        _ root: Andon, _ action: AlarmOperation.Action, seconds: Double? = nil, reason: String? = nil, done: String
    ) throws {
        try perform(root, done: done) { journal, name in
            try journal.operate(action, incident: id, seconds: seconds, by: name, reason: reason, at: Date())
        }
    }
}

extension IncidentCommand {
    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack", abstract: "Acknowledge an incident.", discussion: "Example: andon incident ack 17")

        @OptionGroup var operation: IncidentOperationOptions
        @ParentCommand var root: Andon

        func run() async throws {
            try operation.perform(root, done: "is acknowledged") { journal, name in
                try journal.acknowledge(incident: operation.id, by: name, at: Date())
            }
        }
    }

    struct Shelve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put an alarm away for a while; it always comes back.",
            discussion: """
                While it is shelved its events are kept and counted, and nobody is bothered. At the end it stands as
                unacknowledged if its fault stands, and is closed if not.

                Example: andon incident shelve 17 --minutes 30 --reason "sensor on order"
                """)

        @OptionGroup var operation: IncidentOperationOptions
        @Option(help: "For how long, 1 to 1440.") var minutes: Int
        @Option(help: "Why, for the record.") var reason: String?
        @ParentCommand var root: Andon

        func validate() throws {
            guard (1...1_440).contains(minutes) else { throw ValidationError("--minutes: expected 1 to 1440") }
        }

        func run() async throws {
            try operation.operate(
                root, .shelve, seconds: Double(minutes) * 60, reason: reason, done: "is shelved for \(minutes) minutes")
        }
    }

    struct Unshelve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an alarm off the shelf before its time.", discussion: "Example: andon incident unshelve 17")

        @OptionGroup var operation: IncidentOperationOptions
        @ParentCommand var root: Andon

        func run() async throws { try operation.operate(root, .unshelve, done: "is unshelved") }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a latched alarm.", discussion: "Example: andon incident reset 17")

        @OptionGroup var operation: IncidentOperationOptions
        @ParentCommand var root: Andon

        func run() async throws { try operation.operate(root, .reset, done: "is reset") }
    }

    struct RemoveFromService: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-from-service", abstract: "Take an alarm out of service, for maintenance.",
            discussion: "Example: andon incident remove-from-service 17 --reason \"drive is being replaced\"")

        @OptionGroup var operation: IncidentOperationOptions
        @Option(help: "Why, for the record.") var reason: String?
        @ParentCommand var root: Andon

        func run() async throws {
            try operation.operate(root, .removeFromService, reason: reason, done: "is out of service")
        }
    }

    struct ReturnToService: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "return-to-service", abstract: "Bring an alarm back into service.",
            discussion: "Example: andon incident return-to-service 17")

        @OptionGroup var operation: IncidentOperationOptions
        @ParentCommand var root: Andon

        func run() async throws {
            try operation.operate(root, .returnToService, done: "is back in service")
        }
    }
}
