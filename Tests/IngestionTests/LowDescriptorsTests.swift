import Foundation
import Simulation
import Testing

@testable import Ingestion

@Suite("Descriptors that libmodbus can wait for")
struct LowDescriptorsTests {
    @Test("a kept descriptor takes a high one's place, is given back, and is taken again")
    func keeps() throws {
        let descriptors = LowDescriptors(count: 1)
        let high = fcntl(0, F_DUPFD_CLOEXEC, 3)
        let low = try descriptors.adopt(high)
        #expect(low < LowDescriptors.limit && fcntl(low, F_GETFD) == FD_CLOEXEC)
        descriptors.release(low)
        // It never closes, so that nobody else gets it.
        #expect(fcntl(low, F_GETFD) == FD_CLOEXEC)
        #expect(try descriptors.copy(0) == low)
        descriptors.release(low)
    }

    @Test("without a kept one it is an error that says so, not a descriptor that aborts the process")
    func exhausted() throws {
        // As if all below the limit were taken.
        let descriptors = LowDescriptors(count: 1, limit: 3)
        let error = #expect(throws: LowDescriptors.Exhausted.self) { try descriptors.copy(0) }
        #expect(error?.description.hasPrefix("no file descriptor below 3 is left for Modbus") == true)
    }

    @Test("a line without a descriptor says so, and asks again")
    func line() throws {
        let simulator = try ModbusSimulator(firstRegister: 0, registerCount: 1)
        defer { simulator.stop() }
        let connection = try ModbusConnection(
            .tcp(host: simulator.host, port: simulator.port), descriptors: LowDescriptors(count: 0, limit: 3))
        let error = #expect(throws: ModbusError.self) {
            try connection.read(ReadRequest(table: .holding, first: 0, count: 1), unit: 1, timeoutMs: 1000)
        }
        #expect(error?.description.contains("is left for Modbus") == true)
    }
}
