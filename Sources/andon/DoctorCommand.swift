import Appliance
import ArgumentParser
import Foundation
import Terminal

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check this machine, and say how to mend what is wrong.",
        discussion: """
            With --repair it sets right what needs no judgement and loses nothing: which snapshot of the library is in use,
            owners and modes of files. Ends with exit code 69 when a check failed.

            Example: andon doctor --json
            """)

    @Flag(help: "Set right what can be.") var repair = false
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let settings = options.over(root.options)
        let shipped = try ShippedFiles.locate()
        let doctor = Doctor(
            configuration: try settings.configuration(shipped), directory: settings.dataDirectory, shipped: shipped)
        let checks = await doctor.checks(repairing: repair)
        if json {
            try Output.json(checks)
        } else {
            show(checks)
        }
        if checks.contains(where: { $0.state == .failed }) { throw ExitCode(ExitStatus.serviceDown.rawValue) }
    }

    private func show(_ checks: [Check]) {
        let style = Style.forDescriptor(STDOUT_FILENO)
        for check in checks {
            let mark =
                switch check.state {
                case .good: style("ok     ", .good)
                case .warning: style("warning", .warning)
                case .failed: style("FAILED ", .danger)
                }
            Output.write("\(mark)  \(check.name): \(check.detail)")
            if let repaired = check.repaired { Output.write("         repaired: \(repaired)") }
            if let mend = check.mend { Output.write("         \(mend)") }
        }
    }
}
