import ArgumentParser
import Foundation

@main
struct Andon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "andon",
        abstract: "Troubleshooting steps from the machine's own manuals, when a line stops.",
        discussion: """
            Andon listens to machine faults over MQTT and Modbus, finds the matching passages of the repair manuals \
            and writes the steps, each with the page it comes from. Nothing leaves this computer.

            Examples:
              andon demo                                  see the whole chain at work, nothing configured
              andon manual import press.md                load a manual
              andon ask F004 --machine press-07           the steps for a code
              andon --config /etc/andon/andon.yaml serve  run the appliance
            """,
        subcommands: [
            DemoCommand.self, ServeCommand.self, AskCommand.self, SearchCommand.self, ManualCommand.self,
            RecordsCommand.self, MachineCommand.self, EventCommand.self, IncidentCommand.self, AnswerCommand.self,
            JournalCommand.self,
            ReplayCommand.self, ExtractCommand.self, ModelCommand.self, BenchCommand.self, EvalCommand.self,
            DoctorCommand.self,
        ])

    @OptionGroup var options: GlobalOptions

    static func main() async {
        // Whatever made this process allows: what it writes is for its owner and, to read, for the owner's group. SQLite,
        // converters and the HTTP server make files of their own.
        umask(0o027)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            if let reason = Output.failureReason { throw OutputError(description: reason) }
        } catch {
            ExitStatus.leave(with: error)
        }
    }
}
