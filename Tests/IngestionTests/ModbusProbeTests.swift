import Domain
import Foundation
import Simulation
import Testing

@testable import Ingestion

@Suite("Probing a Modbus device")
struct ModbusProbeTests {
    private func probe(_ plc: ModbusSimulator) throws -> ModbusProbe {
        try ModbusProbe(.tcp(host: plc.host, port: plc.port), timeoutMs: 500)
    }

    @Test("the unit is found, also when it refuses the register")
    func unit() throws {
        let plc = try ModbusSimulator(firstRegister: 100, registerCount: 4, units: [2])
        defer { plc.stop() }
        #expect(try ModbusProbe(.tcp(host: plc.host, port: plc.port), timeoutMs: 50).findUnit(register: 0) == 2)
    }

    @Test("a line that cannot be used is told at once, not unit by unit")
    func noLine() throws {
        let port = try LoopbackPort.free()
        let probe = try ModbusProbe(.tcp(host: "127.0.0.1", port: port), timeoutMs: 500)
        var asked = 0
        #expect(throws: ModbusError.self) { try probe.findUnit(register: 0) { _ in asked += 1 } }
        #expect(asked == 1)
    }

    @Test("a register is shown in both bases and tables, in every type and byte order that fits")
    func sightings() throws {
        let plc = try ModbusSimulator(firstRegister: 100, registerCount: 2)
        defer { plc.stop() }
        plc.set(100, to: [0x4120, 0x0001])
        let found = try probe(plc).look(at: 101, unit: 1)
        #expect(
            found.map { "\($0.base.rawValue) \($0.table.rawValue) \($0.address) \($0.registers.count)" } == [
                "0 holding 101 1", "0 input 101 1", "1 holding 100 2", "1 input 100 2",
            ])
        let values = Dictionary(
            found[2].values.map { ("\($0.reading.number.rawValue) \($0.reading.byteOrder.rawValue)", $0.text) }
        ) { first, _ in first }
        #expect(values.count == 2 * 2 + 3 * 4)
        #expect(values["u16 ABCD"] == "16672" && values["u16 BADC"] == "8257")
        #expect(values["u32 ABCD"] == "1092616193" && values["u32 CDAB"] == "82208")
        #expect(values["f32 ABCD"] == "10.000001")
        #expect(found[2].ascii == "A ..")
        let outside = try probe(plc).look(at: 0, unit: 1)
        #expect(outside.count == 2 && outside.allSatisfy { $0.refusal == "Illegal data address" })
    }

    @Test("the reading that shows a known fault becomes a profile that reads it")
    func profile() throws {
        let plc = try ModbusSimulator(firstRegister: 400, registerCount: 4)
        defer { plc.stop() }
        // What stands in the neighbour before the fault proves nothing.
        plc.set(401, to: 30_001)
        let probe = try probe(plc)
        let before = try probe.look(at: 401, unit: 1)
        #expect(ModbusProbe.matches(30_001, in: before, before: before).isEmpty)
        plc.set(400, to: 30_001)
        let matches = ModbusProbe.matches(30_001, in: try probe.look(at: 401, unit: 1), before: before)
        let best = try #require(matches.first)
        #expect(best == RegisterReading(base: .one, table: .holding, number: .u16, byteOrder: .abcd))
        let folder = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let draft = ProfileDraft(
            name: "my-drive", machineModel: "it's: mine", source: "manual\n  page: 2", register: 401, reading: best,
            codeFormat: try #require(CodeFormat("F%05d")), evidence: "seen\nmqtt: {}")
        _ = try DeviceProfileCatalog.write(draft, into: folder)
        let profile = try DeviceProfileCatalog(folders: [folder]).profile(named: "my-drive")
        #expect(profile.machineModel?.rawValue == "it's: mine" && profile.source == "manual page: 2")
        guard case .modbus(let registers) = profile.transport, let point = registers.faults.first else {
            Issue.record("\(profile)")
            return
        }
        #expect(point.register == 400 && point.code(of: .number(30_001))?.written == "F30001")
        #expect(
            throws: DeviceProfileCatalogError.notWritten(
                folder.appending(path: "my-drive.yaml").path, reason: "it exists")
        ) { try DeviceProfileCatalog.write(draft, into: folder) }
    }
}
