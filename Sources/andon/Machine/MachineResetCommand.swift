import APIClient
import Appliance
import ArgumentParser
import Domain
import Foundation
import Ingestion
import Journal

struct MachineResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Take a machine's fault back, where its profile allows that.",
        discussion: """
            The running appliance writes what the profile says to the machine, once. The machine may start to move: look
            at it, and confirm by its name. Who did it, and what came of it, is kept (andon machine resets).

            Examples:
              andon machine reset drive-03
              andon machine reset drive-03 --confirm drive-03 --by chen --json
            """)

    @Argument(help: "The machine.") var machine: String
    @Option(help: "The machine's name again; else it is asked for on the terminal.") var confirm: String?
    @Option(help: "Who does it; else the login name.") var by: String?
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let settings = options.over(root.options)
        let id = MachineID(rawValue: machine)
        let configuration = try settings.configuration(ShippedFiles.locate())
        guard let reset = configuration.reset(of: id) else {
            throw CommandError(
                "machine \(machine): expected one that is polled over Modbus and whose profile has the key reset")
        }
        let confirmation = try confirm ?? ask(reset)
        guard confirmation == machine else {
            throw CommandError("expected \"\(machine)\" as confirmation, got \"\(confirmation)\"; nothing was written")
        }
        let done = try await APIClient(socketPath: settings.dataDirectory.socketPath).reset(
            ResetRequest(machine: id, confirmation: confirmation, by: by ?? NSUserName()))
        if json {
            try Output.json(done)
        } else {
            Output.write(MachineResetsCommand.text(done))
        }
        if done.outcome != .done { throw ExitCode(ExitStatus.serviceDown.rawValue) }
    }

    private func ask(_ reset: ModbusReset) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandError("--confirm: expected the machine's name, since nobody can be asked here")
        }
        Output.note("This writes \(reset.value) to register \(reset.register) of \(machine). It may start to move.")
        Output.note("Is everybody clear of it? Type its name to go on:")
        return readLine() ?? ""
    }
}

struct MachineResetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resets", abstract: "Who had machines reset, and what came of it, latest first.",
        discussion: "Example: andon machine resets drive-03 --json")

    @Argument(help: "Only this machine's.") var machine: String?
    @OptionGroup var rows: RowLimit
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
        let id = machine.map(MachineID.init(rawValue:))
        let resets = try journal.resets(of: id, limit: rows.limit)
        let remainder = RowLimit.remainder(try journal.resetCount(of: id) - resets.count)
        if json {
            if let remainder { Output.note(remainder) }
            return try Output.json(resets)
        }
        if resets.isEmpty { Output.write("No machine was reset.") }
        for reset in resets { Output.write(MachineResetsCommand.text(reset)) }
        if let remainder { Output.write(remainder) }
    }

    static func text(_ reset: MachineReset) -> String {
        let outcome =
            switch reset.outcome {
            case .done: "done"
            case .notDone: "NOT DONE"
            case .unknown: "UNKNOWN"
            case nil: "UNKNOWN, the appliance stopped in the middle"
            }
        let time = ISO8601DateFormatter().string(from: reset.at)
        return "\(time)  \(reset.machine)  by \(reset.by)  \(outcome)" + (reset.reason.map { ": \($0)" } ?? "")
    }
}
