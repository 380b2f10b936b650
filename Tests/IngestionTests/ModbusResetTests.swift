import Domain
import Foundation
import Ingestion
import Simulation
import Testing

@Suite("Resetting a machine over Modbus")
struct ModbusResetTests {
    private let drive = MachineID(rawValue: "drive-03")

    private func source(_ plc: ModbusSimulator, _ reset: ModbusReset?) -> ModbusSource {
        let journal = MemoryJournal()
        let target = ModbusTarget(
            machine: drive, link: .tcp(host: plc.host, port: plc.port), profileName: "test-drive",
            profile: ModbusProfile(
                faults: [FaultPoint(register: 100)], responseTimeoutMs: 200, pollMs: 20, reset: reset))
        return ModbusSource(targets: [target], sink: journal, recall: journal, logger: quiet)
    }

    private func plc() throws -> ModbusSimulator { try ModbusSimulator(firstRegister: 100, registerCount: 8) }

    @Test(
        "the profile's value is written once, by the function that the device takes",
        arguments: [(ModbusReset.Function.writeCoil, 1, 0xFF00), (.writeRegister, 7, 7), (.writeRegisters, 7, 7)])
    func written(_ function: ModbusReset.Function, _ value: UInt16, _ sent: UInt16) async throws {
        let plc = try plc()
        defer { plc.stop() }
        let source = source(plc, ModbusReset(function: function, register: 103, value: value))
        try await running(source) {
            try await until("it polls") { plc.requestCount > 2 }
            try await source.reset(drive)
            let before = plc.requestCount
            try await until("it polls on") { plc.requestCount > before + 2 && source.statuses[0].state == .up }
        }
        #expect(plc.writes == [.init(function: UInt8(function.rawValue), register: 103, value: sent)])
    }

    @Test("a value that is taken back is taken back")
    func pulse() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let reset = ModbusReset(function: .writeRegister, register: 103, value: 4, pulse: .init(afterMs: 20, value: 0))
        let source = source(plc, reset)
        try await running(source) { try await source.reset(drive) }
        #expect(plc.writes.map(\.value) == [4, 0])
    }

    @Test(
        "a write without a right confirmation is unknown, one that is refused is not done, neither is tried again",
        arguments: [
            (ModbusSimulator.Behaviour.mute, false), (.stopsInMidReply, false), (.foreignUnit, false),
            (.staleReply, false), (.exception(4), true), (.exception(2), true),
        ])
    func unconfirmed(_ behaviour: ModbusSimulator.Behaviour, isRefusal: Bool) async throws {
        let plc = try plc()
        defer { plc.stop() }
        plc.behave(behaviour)
        let source = source(plc, ModbusReset(function: .writeRegister, register: 103, value: 4))
        try await running(source) {
            let error = await #expect(throws: MachineResetError.self) { try await source.reset(drive) }
            let isNotDone = if case .notDone? = error { true } else { false }
            #expect(isNotDone == isRefusal, "\(String(describing: error))")
        }
        #expect(plc.writes.count == 1)
    }

    @Test("a machine without a reset in its profile, or none that is polled, is never written to")
    func notAllowed() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let source = source(plc, nil)
        try await running(source) {
            await #expect(throws: MachineResetError.notAllowed(drive, profile: "test-drive")) {
                try await source.reset(drive)
            }
            let other = MachineID(rawValue: "other")
            await #expect(throws: MachineResetError.notPolled(other)) { try await source.reset(other) }
        }
        #expect(plc.writes.isEmpty)
    }

    @Test("an order that cannot go out in time does not go out later")
    func tooLate() async throws {
        let plc = try plc()
        defer { plc.stop() }
        let source = source(plc, ModbusReset(function: .writeRegister, register: 103, value: 4))
        try await running(source) {
            let error = await #expect(throws: MachineResetError.self) { try await source.reset(drive, withinMs: -1) }
            if case .notDone? = error {} else { Issue.record("\(String(describing: error))") }
            let before = plc.requestCount
            try await until("it polls on") { plc.requestCount > before + 2 }
        }
        #expect(plc.writes.isEmpty)
    }

    @Test("a device that is not there is not reset")
    func absent() async throws {
        let plc = try plc()
        plc.stop()
        let source = source(plc, ModbusReset(function: .writeRegister, register: 103, value: 4))
        try await running(source) {
            let error = await #expect(throws: MachineResetError.self) { try await source.reset(drive) }
            if case .notDone? = error {} else { Issue.record("\(String(describing: error))") }
        }
    }

    @Test("a profile says what is written, in its own base, and is refused with line and key")
    func profiles() throws {
        func read(_ reset: String) throws -> ModbusReset? {
            let text = "source: s\nmodbus:\n  address_base: 1\n  faults: [{ register: 9 }]\n  reset: \(reset)\n"
            let profile = try DeviceProfile(name: "p", file: "p.yaml", text: Data(text.utf8))
            guard case .modbus(let modbus) = profile.transport else { return nil }
            return modbus.reset
        }
        #expect(
            try read("{ register: 8193, value: 2, release: 0, release_after_ms: 100 }")
                == ModbusReset(
                    function: .writeRegister, register: 8192, value: 2, pulse: .init(afterMs: 100, value: 0)))
        #expect(
            try read("{ function: 5, register: 1, value: 1 }")
                == ModbusReset(function: .writeCoil, register: 0, value: 1))
        for (text, key) in [
            ("{ value: 1 }", "register"), ("{ register: 1 }", "value"), ("{ register: 0, value: 1 }", "register"),
            ("{ register: 1, value: 70000 }", "value"), ("{ function: 5, register: 1, value: 2 }", "value"),
            ("{ function: 3, register: 1, value: 2 }", "function"),
            ("{ function: 7, register: 1, value: 2 }", "function"),
            ("{ register: 1, value: 1, release_after_ms: 50 }", "release"),
            ("{ register: 1, value: 1, retries: 3 }", "retries"),
        ] {
            let error = #expect(throws: StrictYAMLError.self) { try read(text) }
            #expect(error?.place == "modbus.reset.\(key)" && error?.line == 5, "\(text): \(String(describing: error))")
        }
    }
}
