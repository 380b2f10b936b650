import APIClient
import Appliance
import ArgumentParser
import Domain
import Foundation
import Terminal
import UnixSignals

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Watch the whole chain at work; nothing needs to be configured.",
        discussion: """
            Starts a private MQTT broker and a simulated drive, loads the sample manuals and the demonstration model, plays \
            faults, and prints each answer as it is written. Everything is gone afterwards, unless --keep is given.

            Examples:
              andon demo
              andon demo --json | jq .status
            """)

    @Flag(help: "Keep the data directory, to look into it afterwards.") var keep = false
    @Flag(help: "One answer a line, for programs.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let settings = options.over(root.options)
        let printer = DemonstrationPrinter(isJSON: json)
        let demonstration = Demonstration(
            shipped: try ShippedFiles.locate(), keepsFiles: keep, logger: settings.logger("andon", standard: .error)
        ) { printer.show($0) }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await demonstration.run()
                return true
            }
            group.addTask {
                for await _ in signals { return false }
                return true
            }
            group.addTask {
                // Nobody reads on (`andon demo | head`): stop, instead of playing to an empty house.
                while Output.failureReason == nil { try await Task.sleep(for: .milliseconds(200)) }
                return false
            }
            // Cancelling ends broker, drive and appliance before this returns, so nothing stays behind.
            let isPlayed = try await group.next() ?? false
            group.cancelAll()
            guard isPlayed else {
                while (try? await group.next()) != nil {}
                Output.note("Stopped.")
                throw ExitCode(130)
            }
        }
    }
}
