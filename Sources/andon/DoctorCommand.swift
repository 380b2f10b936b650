import Appliance
import ArgumentParser
import Foundation
import Terminal

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check this machine, and say how to mend what is wrong.",
        discussion: "Ends with exit code 69 when a check failed. Example: andon doctor --json")

    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func run() async throws {
        let settings = options.over(root.options)
        let shipped = try ShippedFiles.locate()
        let doctor = Doctor(
            configuration: try settings.configuration(shipped), directory: settings.dataDirectory, shipped: shipped)
        let checks = await doctor.checks()
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
            if let mend = check.mend { Output.write("         \(mend)") }
        }
    }
}
