import Domain
import Foundation
import Testing

@testable import Ingestion

@Suite("Samples of every shipped profile")
struct ProfileSampleTests {
    private static let catalog = DeviceProfileCatalog(folders: [
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../device-profiles/machines")
            .standardizedFileURL
    ])

    /// A line of a sample file: its first word, and what stands behind it.
    private struct Line {
        let kind: String
        let rest: String

        var bytes: [UInt8] { rest.split(separator: " ").compactMap { UInt8($0, radix: 16) } }
    }

    private func lines(of name: String) throws -> [Line] {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures/profiles"),
            "\(name) has no sample; every profile needs one")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            let parts = $0.split(separator: " ", maxSplits: 1)
            return Line(kind: String(parts[0]), rest: parts.count > 1 ? String(parts[1]) : "")
        }
    }

    private func code(_ report: FaultReport) -> String { (report.active ? "+" : "-") + report.code.written }

    @Test("each sample is asked for and read as its codes", arguments: try catalog.names())
    func sample(_ name: String) throws {
        let lines = try lines(of: name)
        let told: [String]
        switch try ProfileSampleTests.catalog.profile(named: name).transport {
        case .modbus(let profile): told = try poll(profile, lines)
        case .mqtt(let payload):
            told = lines.filter { $0.kind == "message" }.map {
                guard case .fault(let report) = PayloadReader(profile: payload).read(Data($0.rest.utf8)).content else {
                    return "unreadable"
                }
                return code(report)
            }
        case .sparkplug(let profile): told = try receive(profile, lines)
        case .push(let naming): told = try write(naming, lines)
        }
        #expect(told == lines.filter { $0.kind == "=" }.map(\.rest))
        #expect(!told.isEmpty)
    }

    private func poll(_ profile: ModbusProfile, _ lines: [Line]) throws -> [String] {
        let plan = ReadPlan(profile.faults, maxRegisters: profile.maxRegisters, maxGap: profile.maxGap)
        var asked = lines.filter { $0.kind == ">" }.map(\.bytes)[...]
        var came = lines.filter { $0.kind == "<" }.map(\.bytes)[...]
        var faults = MachineFaults(machine: MachineID(rawValue: "m"), points: profile.faults)
        for _ in lines.filter({ $0.kind == "poll" }) {
            var image = RegisterImage()
            for request in plan.requests {
                let expected = asked.popFirst()
                let unit = try #require(expected?.first)
                #expect(ModbusFrame.body(request, unit: unit) == expected)
                let crc: [UInt8] = [0, 0]
                let frame = came.popFirst()
                let reply = try #require(frame) + crc
                image.store(
                    try ModbusFrame.answer(in: reply[...], to: request, unit: unit, transaction: nil), of: request)
            }
            faults.observe(
                profile.faults.indices.compactMap { index in
                    image.signals(of: profile.faults[index]).map { (index, $0) }
                })
        }
        #expect(asked.isEmpty && came.isEmpty)
        return faults.pending.map {
            ($0.edge.active ? "+" : "-") + ($0.point.code(of: $0.edge.signal)?.written ?? "unreadable")
        }
    }

    private func receive(_ profile: SparkplugProfile, _ lines: [Line]) throws -> [String] {
        let address = try #require(SparkplugAddress(group: "plant", node: "edge-7", device: "m"))
        let machine = SparkplugMachine(
            machine: MachineID(rawValue: "m"), address: address, profileName: "p", profile: profile)
        var reader = SparkplugReader(machines: [machine])
        return try lines.filter { $0.kind == "message" }.flatMap { line -> [String] in
            let parts = line.rest.split(separator: " ").map(String.init)
            let digits = Array(parts[1])
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            let message = MQTTMessage(topic: parts[0], payload: Data(bytes), qos: 0, retained: false, packetID: 0)
            let events = reader.read(message, receivedAt: Date(), nowNs: 0)
            return try #require(events).map { $0.report.map(code) ?? "unreadable" }
        }
    }

    private func write(_ naming: FaultNaming, _ lines: [Line]) throws -> [String] {
        let journal = MemoryJournal()
        let machine = PushMachine(
            machine: MachineID(rawValue: "m"), client: "127.0.0.1", number: 3, profileName: "p", naming: naming)
        var intake = PushIntake(
            client: "127.0.0.1", machines: [machine], slots: 1, sink: journal, recall: journal, clock: SystemClock(),
            logger: quiet)
        for line in lines where line.kind == "write" {
            guard case .write(let first, let values) = ServerRequest(line.bytes) else {
                Issue.record("\(line.rest) is no write")
                continue
            }
            #expect(try intake.write(values, at: first))
        }
        return journal.events.compactMap(\.report).map(code)
    }
}
