import APIClient
import Appliance
import ArgumentParser
import Domain
import Foundation
import Terminal

struct MachineListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the configured machines, and how their lines stand.",
        discussion: """
            Without a running appliance the state is "unknown". The broker's line stands last; a line that is degraded
            says why.

            Examples:
              andon machine list
              andon machine list --json | jq '.[] | select(.line.state == "degraded")'
            """)

    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    /// A machine, or the broker, and its line.
    struct Row: Encodable {
        let machine: MachineID?
        let machineModel: MachineModel?
        let profile: String?
        let place: String
        /// Nil without a running appliance, and for a PLC that has not written yet.
        let line: LinkStatus?

        private enum CodingKeys: String, CodingKey {
            case machine, profile, place, line
            case machineModel = "machine_model"
        }
    }

    func run() async throws {
        let settings = options.over(root.options)
        let configuration = try settings.configuration(ShippedFiles.locate())
        let lines = try await runningLines(APIClient(socketPath: settings.dataDirectory.socketPath))
        let rows = MachineListCommand.rows(configuration, lines)
        if json { return try Output.json(rows) }
        if lines == nil { Output.note("no appliance is running: how the lines stand is unknown") }
        guard !rows.isEmpty else { return Output.write("No machines are configured.") }
        show(rows)
    }

    private func runningLines(_ client: APIClient) async throws -> [LinkStatus]? {
        do {
            return try await client.lines()
        } catch let error as APIError where error.code == .notRunning {
            return nil
        }
    }

    static func rows(_ configuration: Configuration, _ lines: [LinkStatus]?) -> [Row] {
        let broker = lines?.first { $0.machine == nil }
        let machines = configuration.machines.map { entry in
            let own = lines?.first { $0.machine == entry.machine.id }
            let line: LinkStatus? = if case .mqtt = entry.connection { broker } else { own }
            return Row(
                machine: entry.machine.id, machineModel: entry.machine.model, profile: entry.profile,
                place: entry.connection.place, line: line)
        }
        guard let mqtt = configuration.mqtt else { return machines }
        return machines + [
            Row(machine: nil, machineModel: nil, profile: nil, place: "\(mqtt.host):\(mqtt.port)", line: broker)
        ]
    }

    private func show(_ rows: [Row]) {
        let style = Style.forDescriptor(STDOUT_FILENO)
        for row in rows {
            let name = row.machine?.rawValue ?? "broker"
            let fields = [name, row.machineModel?.rawValue, row.profile, row.place].compactMap { $0 }
            let state =
                switch row.line?.state {
                case .up: style("up", .good)
                case .degraded: style("DEGRADED", .danger)
                case .connecting: "connecting"
                case nil: "unknown"
                }
            let contact = row.line?.lastContact.map { "last heard \(ISO8601DateFormatter().string(from: $0))" }
            let unreadable = (row.line?.malformed).flatMap { $0 > 0 ? "\($0) unreadable" : nil }
            Output.write((fields + [state, contact, unreadable].compactMap { $0 }).joined(separator: "  "))
            guard let line = row.line, let error = line.lastError else { continue }
            Output.write(line.state == .degraded ? "    \(error)" : "    earlier: \(error)")
        }
    }
}

extension Configuration.MachineEntry.Connection {
    /// Where the machine is reached.
    fileprivate var place: String {
        switch self {
        case .mqtt(let topic, _): "\(topic)"
        case .sparkplug(let machine): "\(machine.address)"
        case .modbus(let endpoint, _): "\(endpoint.link)/\(endpoint.unit)"
        case .push(let machine): "\(machine.client) writes as \(machine.number)"
        }
    }
}
