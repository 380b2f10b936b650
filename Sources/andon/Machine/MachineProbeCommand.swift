import Appliance
import ArgumentParser
import Domain
import Foundation
import Ingestion
import Terminal

struct MachineProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Find out how a Modbus device tells its fault, and write its profile.",
        discussion: """
            Finds the unit, and shows the register in every base, type and byte order side by side. With --expect it
            waits until the machine has a fault whose number you know: the reading that shows it then is the right one,
            and --profile writes it down. Only reads; nothing is ever written to the device.

            Examples:
              andon machine probe 10.0.3.21 --register 8449
              andon machine probe /dev/serial/by-path/… --baud 9600 --unit 3 --register 40401
              andon machine probe 10.0.3.21 --register 8449 --expect 13 --profile my-drive --model my-drive \\
                --source "manual 520-UM001K, page 200" --code-format "F%03d"
            """)

    @Argument(help: "HOST, HOST:PORT or a serial device.") var target: ProbeTarget
    @Option(help: "The unit; else each is tried.") var unit: UInt8?
    @Option(help: "The fault register, as the manual writes it.") var register: Int?
    @Option(help: "The number of a fault that you can cause.") var expect: Int64?
    @Option(help: "How long to wait for it, in seconds.") var wait = 600
    @Option(help: "Write this profile into the site's folder, or into --folder.") var profile: String?
    @Option(help: "The folder for the profile.") var folder = "/etc/andon/device-profiles/machines"
    @Option(help: "The machine model of the profile.") var model: String?
    @Option(help: "The document that names the register.") var source: String?
    @Option(help: "How the manual writes the number, such as F%03d.") var codeFormat: CodeFormat = .plain
    @Option(help: "How long the device has to answer, in milliseconds.") var timeout = 500
    @Option(help: "Of a serial line.") var baud = 19_200
    @Option(help: "Of a serial line: none, even or odd.") var parity: SerialLine.Parity = .even
    @Option(help: "Of a serial line.") var stopBits = 1
    @Flag(help: "One JSON document.") var json = false

    func validate() throws {
        if let register, !(0...65_536).contains(register) { throw ValidationError("--register: expected 0 to 65536") }
        guard (20...60_000).contains(timeout) else { throw ValidationError("--timeout: expected 20 to 60000") }
        guard (1...86_400).contains(wait) else { throw ValidationError("--wait: expected 1 to 86400") }
        guard SerialLine.bauds.contains(baud) else { throw ValidationError("--baud: expected 1200 to 921600") }
        guard (1...2).contains(stopBits) else { throw ValidationError("--stop-bits: expected 1 or 2") }
        if expect != nil, register == nil { throw ValidationError("--expect needs --register") }
        guard profile == nil || expect != nil && model != nil && source != nil else {
            throw ValidationError("--profile needs --expect, --model and --source")
        }
    }

    private var link: ModbusLink {
        switch target.place {
        case .tcp(let host, let port): .tcp(host: host, port: port)
        case .serial(let path): .serial(SerialLine(path: path, baud: baud, parity: parity, stopBits: stopBits))
        }
    }

    func run() async throws {
        let probe = try ModbusProbe(link, timeoutMs: timeout)
        let unit = try unit ?? findUnit(probe)
        var report = ProbeReport(endpoint: "\(link)", unit: unit)
        if let register {
            let first = try probe.look(at: register, unit: unit)
            report.sightings = first
            if !json { ProbePrinter.show(first) }
            if let expect {
                report.matches = try waitFor(expect, probe, unit, register, first)
                if let best = report.matches?.first, let profile {
                    report.profile = try write(best, register: register, expect: expect, as: profile)
                }
            }
        }
        if json { try Output.json(report) } else { ProbePrinter.show(report) }
    }

    private func findUnit(_ probe: ModbusProbe) throws -> UInt8 {
        // Holding register 0 need not exist: a refusal is an answer too.
        let found = try probe.findUnit(register: 0) { unit in
            if !json, unit.isMultiple(of: 25) { Output.note("asking unit \(unit)") }
        }
        guard let found else {
            throw CommandError(
                "\(link): expected an answer from a unit of 1 to 247, none came within \(timeout) ms each; check cabling"
                    + " and speed, or allow more with --timeout")
        }
        return found
    }

    private func waitFor(
        _ number: Int64, _ probe: ModbusProbe, _ unit: UInt8, _ register: Int, _ before: [RegisterSighting]
    ) throws -> [RegisterReading] {
        if !json { Output.write("Now cause the fault \(number) on the machine; waiting up to \(wait) s.") }
        let deadline = ContinuousClock.now + .seconds(wait)
        var problem: ModbusError?
        while ContinuousClock.now < deadline {
            do {
                problem = nil
                let found = ModbusProbe.matches(
                    number, in: try probe.look(at: register, unit: unit), before: before)
                if !found.isEmpty { return found }
            } catch {
                // A fault may restart the device.
                problem = error
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
        throw CommandError(
            "register \(register): expected the number \(number) to come up within \(wait) s"
                + (problem.map { "; \($0)" } ?? ", no reading showed it"))
    }

    private func write(_ reading: RegisterReading, register: Int, expect: Int64, as name: String) throws -> String {
        let draft = ProfileDraft(
            name: name, machineModel: model ?? "", source: source ?? "", register: register, reading: reading,
            codeFormat: codeFormat, evidence: "Found by andon machine probe: \(link) showed the fault \(expect) so.")
        return try DeviceProfileCatalog.write(draft, into: URL(fileURLWithPath: folder, isDirectory: true)).path
    }
}

extension CodeFormat: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension SerialLine.Parity: ExpressibleByArgument {}
