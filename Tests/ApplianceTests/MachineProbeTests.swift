import Foundation
import Ingestion
import Simulation
import Testing

@Suite("andon machine probe, against a simulated drive")
struct MachineProbeTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("a session finds the unit, sees the fault come and writes a profile that reads it")
    func session() async throws {
        let drive = try ModbusSimulator(firstRegister: 8440, registerCount: 20, units: [1])
        defer { drive.stop() }
        async let ended = BuiltExecutable.run([
            "machine", "probe", "\(drive.host):\(drive.port)", "--register", "8450", "--expect", "13",
            "--profile", "my-drive", "--folder", directory.url.path, "--model", "my-model", "--source", "page 2",
            "--code-format", "F%03d", "--json",
        ])
        // The search for the unit, then four tables and bases: after that the fault is news.
        try await eventually("the first look") { drive.requestCount > 5 }
        drive.set(8449, to: 13, unit: 1)
        let result = try await ended
        #expect(result.status == 0, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(report["unit"] as? Int == 1)
        #expect((report["sightings"] as? [Any])?.count == 4)
        let profile = try DeviceProfileCatalog(folders: [directory.url]).profile(named: "my-drive")
        guard case .modbus(let registers) = profile.transport else {
            Issue.record("\(profile)")
            return
        }
        #expect(registers.faults.map(\.register) == [8449])
        #expect(registers.faults.first?.shape == .number(.u16, .whole))
    }

    @Test("people see every reading side by side, and a device that is not there is told in a line")
    func forPeople() async throws {
        let drive = try ModbusSimulator(firstRegister: 100, registerCount: 4)
        defer { drive.stop() }
        drive.set(101, to: [0x0001, 0x0002])
        let shown = try await BuiltExecutable.run([
            "machine", "probe", "\(drive.host):\(drive.port)", "--unit", "1", "--register", "101",
        ])
        #expect(shown.status == 0, "\(shown.errors)")
        for text in ["base 0 holding 101", "base 1 input 100", "u32 CDAB", "131073", "0001 0002", "answers as unit 1"] {
            #expect(shown.output.contains(text), "\(shown.output)")
        }
        let port = try LoopbackPort.free()
        let absent = try await BuiltExecutable.run(["machine", "probe", "127.0.0.1:\(port)"])
        #expect(absent.status == 69)
        #expect(absent.errors.contains("cannot connect to 127.0.0.1:\(port)"))
        let wrong = try await BuiltExecutable.run(["machine", "probe", "127.0.0.1", "--profile", "x"])
        #expect(wrong.status == 64)
    }
}
