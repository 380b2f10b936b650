import Appliance
import ArgumentParser
import Foundation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the appliance.",
        discussion: """
            Takes faults from the configured machines and publishes an answer for each incident, until SIGTERM or Ctrl-C.
            What was accepted and not answered is answered after the next start. It ends within 5 s of the signal.

            Example: andon --config /etc/andon/andon.yaml --data /var/lib/andon serve
            """)

    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let settings = options.over(root.options)
        let shipped = try ShippedFiles.locate()
        let configuration = try settings.configuration(shipped)
        let logger = settings.logger("andon", standard: .info)
        let lock = try ServingLock(settings.dataDirectory)
        let appliance = try Appliance(
            configuration: configuration, directory: settings.dataDirectory, shipped: shipped, logger: logger,
            lock: lock)
        try FileDescriptorLimit.apply()
        try await appliance.run {
            logger.warning("some part did not stop in time; what it had under way is done after the next start")
            _exit(EXIT_SUCCESS)
        }
    }
}
