import ArgumentParser

struct MachineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine", abstract: "The machines of the plant.",
        subcommands: [
            MachineListCommand.self, MachineProbeCommand.self, MachineResetCommand.self, MachineResetsCommand.self,
        ])
}
