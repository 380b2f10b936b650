import CModbus
import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A drive on a serial line: libmodbus's RTU server behind two pseudo-terminals, with noise between them on request.
public final class SerialDrive: Sendable {
    /// What the line does to the bytes of a reply.
    public enum Noise: Sendable {
        case none
        /// Other bytes arrive than were sent.
        case disturbs(@Sendable ([UInt8]) -> [UInt8])
        /// Nothing arrives until the noise is turned off; then all of it comes at once, late.
        case holds
    }

    private struct State {
        var noise = Noise.none
        var held: [UInt8] = []
        var requests = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    /// Read and written under the lock of `state`.
    private nonisolated(unsafe) let memory: ModbusMemory
    /// Used by the server's thread alone once it runs; lives until `deinit`.
    private nonisolated(unsafe) let context: OpaquePointer
    private let near: PseudoTerminal
    private let far: PseudoTerminal
    private let finished = DispatchSemaphore(value: 0)

    /// How often the threads look whether they are to end.
    private static let wakeMs: Int32 = 20

    /// The device to open, as `/dev/ttyUSB0` would be.
    public var path: String { near.path }

    public init(unit: UInt8, firstRegister: UInt16, registerCount: Int) throws {
        memory = try ModbusMemory(first: firstRegister, count: registerCount)
        near = try PseudoTerminal()
        far = try PseudoTerminal()
        guard let context = modbus_new_rtu(far.path, 19_200, CChar(UInt8(ascii: "N")), 8, 1) else {
            throw SimulationError.system("modbus_new_rtu")
        }
        guard modbus_set_slave(context, Int32(unit)) == 0, modbus_connect(context) == 0 else {
            let error = SimulationError.system("modbus_connect to \(far.path)")
            modbus_free(context)
            throw error
        }
        self.context = context
        modbus_set_indication_timeout(context, 0, UInt32(SerialDrive.wakeMs) * 1000)
        modbus_set_byte_timeout(context, 0, UInt32(SerialDrive.wakeMs) * 1000)
        for body in [serve, carry] {
            let thread = Thread { body() }
            thread.name = "serial"
            thread.start()
        }
    }

    deinit {
        modbus_close(context)
        modbus_free(context)
    }

    /// Requests that reached the drive whole.
    public var requestCount: Int { state.withLock { $0.requests } }

    public func set(_ register: UInt16, to value: UInt16) {
        state.withLock { _ in memory.set(register: register, to: value) }
    }

    public func make(_ noise: Noise) { state.withLock { $0.noise = noise } }

    /// The threads keep the object alive until they have ended.
    public func stop() {
        state.withLock { $0.isStopping = true }
        for _ in 0..<2 { finished.wait() }
        for _ in 0..<2 { finished.signal() }
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func serve() {
        defer { finished.signal() }
        var request = [UInt8](repeating: 0, count: Int(MODBUS_RTU_MAX_ADU_LENGTH))
        while !isStopping {
            let length = modbus_receive(context, &request)
            guard length > 0 else { continue }
            state.withLock { state in
                state.requests += 1
                _ = modbus_reply(context, &request, length, memory.mapping)
            }
        }
    }

    /// Carries bytes between the two terminals.
    private func carry() {
        defer { finished.signal() }
        while !isStopping {
            var polled = [near.master, far.master].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            _ = poll(&polled, 2, SerialDrive.wakeMs)
            if polled[0].revents != 0 { far.send(near.receive()) }
            near.send(disturbed(polled[1].revents != 0 ? far.receive() : []))
        }
    }

    private func disturbed(_ bytes: [UInt8]) -> [UInt8] {
        state.withLock { state in
            switch state.noise {
            case .none:
                defer { state.held = [] }
                return state.held + bytes
            case .holds:
                state.held += bytes
                return []
            case .disturbs(let body): return bytes.isEmpty ? [] : body(bytes)
            }
        }
    }
}
