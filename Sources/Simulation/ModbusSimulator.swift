import CModbus
import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A PLC, drive or gateway: libmodbus's server side on a free loopback port, with faults that real devices have.
public final class ModbusSimulator: Sendable {
    public enum Behaviour: Sendable, Hashable {
        case normal
        /// Takes requests and never answers.
        case mute
        /// Sends the head of its reply and stops.
        case stopsInMidReply
        /// Answers each request with this exception code.
        case exception(UInt8)
        /// Sends the reply twice, the second time when nobody waits for it.
        case repeatsReply
        /// Answers in the name of the next unit.
        case foreignUnit
        /// Numbers its reply as that of the request before.
        case staleReply
    }

    /// One coil or register that a client wrote.
    public struct Write: Sendable, Hashable {
        public let function: UInt8
        public let register: UInt16
        /// As it stood in the request.
        public let value: UInt16

        public init(function: UInt8, register: UInt16, value: UInt16) {
            self.function = function
            self.register = register
            self.value = value
        }

        /// - Parameter request: with the header of Modbus TCP.
        fileprivate init?(_ request: [UInt8]) {
            func word(_ index: Int) -> UInt16 { UInt16(request[index]) << 8 | UInt16(request[index + 1]) }
            switch request[7] {
            case 5, 6: self.init(function: request[7], register: word(8), value: word(10))
            case 16: self.init(function: 16, register: word(8), value: word(13))
            default: return nil
            }
        }
    }

    private struct State {
        var behaviour = Behaviour.normal
        var silentUnits: Set<UInt8> = []
        var requests = 0
        var writes: [Write] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    /// Read and written under the lock of `state`. By unit; one that answers for all has the key nil.
    private nonisolated(unsafe) let memories: [UInt8?: ModbusMemory]
    /// Used by the server's thread alone once it runs; lives until `deinit`.
    private nonisolated(unsafe) let context: OpaquePointer
    private let listener: Int32
    private let finished = DispatchSemaphore(value: 0)

    public let host: String
    public let port: UInt16

    /// - Parameters:
    ///   - firstRegister: the first wire address that exists, in all four tables.
    ///   - registerCount: how many exist; others are answered with "illegal data address".
    ///   - units: that answer, each with registers of its own; none is one device that answers under any number.
    ///   - host: a loopback address.
    ///   - port: 0 takes a free one.
    public init(
        firstRegister: UInt16, registerCount: Int, units: [UInt8] = [], host: String = "127.0.0.1", port: UInt16 = 0
    ) throws {
        var memories: [UInt8?: ModbusMemory] = [:]
        for unit in units.isEmpty ? [nil] : units.map(Optional.some) {
            memories[unit] = try ModbusMemory(first: firstRegister, count: registerCount)
        }
        guard let context = modbus_new_tcp(host, Int32(port)) else { throw SimulationError.system("modbus_new_tcp") }
        let listener = modbus_tcp_listen(context, 8)
        guard listener >= 0, let port = try? LoopbackPort.port(of: listener) else {
            let error = SimulationError.system("modbus_tcp_listen")
            if listener >= 0 { close(listener) }
            modbus_free(context)
            throw error
        }
        self.context = context
        self.memories = memories
        self.listener = listener
        self.host = host
        self.port = port
        ModbusSimulator.closeOnExec(listener)
        let thread = Thread { self.serve() }
        thread.name = "plc"
        thread.start()
    }

    deinit { modbus_free(context) }

    /// Requests received so far, answered or not.
    public var requestCount: Int { state.withLock { $0.requests } }

    /// What was written, in order, answered or not.
    public var writes: [Write] { state.withLock { $0.writes } }

    public func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// Units that take requests and never answer, as one behind a gateway that is switched off.
    public func silence(_ units: Set<UInt8>) { state.withLock { $0.silentUnits = units } }

    /// Sets a register in both tables; one that does not exist is left alone.
    ///
    /// - Parameter unit: nil where all units share their registers.
    public func set(_ register: UInt16, to value: UInt16, unit: UInt8? = nil) {
        state.withLock { _ in memories[unit]?.set(register: register, to: value) }
    }

    /// Sets several registers at once, from `register` on.
    public func set(_ register: UInt16, to values: [UInt16], unit: UInt8? = nil) {
        state.withLock { _ in
            for (offset, value) in values.enumerated() {
                memories[unit]?.set(register: register + UInt16(offset), to: value)
            }
        }
    }

    /// Sets a coil and the discrete input of the same address.
    public func set(coil: UInt16, to value: Bool, unit: UInt8? = nil) {
        state.withLock { _ in memories[unit]?.set(coil: coil, to: value) }
    }

    /// Ends the server and its connections; the port is free afterwards. The thread keeps the object alive until then.
    public func stop() {
        state.withLock { $0.isStopping = true }
        // Wakes the thread that waits for it; a pipe for that would cost two descriptors a device.
        shutdown(listener, Int32(SHUT_RDWR))
        finished.wait()
        finished.signal()
    }

    /// A child process, such as the demonstration's broker, must not inherit the PLC's connections.
    private static func closeOnExec(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    private func serve() {
        var clients: [Int32] = []
        defer {
            for client in clients { close(client) }
            close(listener)
            finished.signal()
        }
        while !state.withLock({ $0.isStopping }) {
            var polled = ([listener] + clients).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            if polled[0].revents != 0 {
                let client = accept(listener, nil, nil)
                if client >= 0 {
                    ModbusSimulator.closeOnExec(client)
                    clients.append(client)
                }
            }
            for entry in polled.dropFirst() where entry.revents != 0 && !answer(entry.fd) {
                close(entry.fd)
                clients.removeAll { $0 == entry.fd }
            }
        }
    }

    /// - Returns: false when the client has gone.
    private func answer(_ client: Int32) -> Bool {
        modbus_set_socket(context, client)
        var request = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
        let length = modbus_receive(context, &request)
        guard length >= 0 else { return false }
        return state.withLock { state in
            state.requests += 1
            if let write = Write(request) { state.writes.append(write) }
            let unit = request[6]
            guard let memory = memories[nil] ?? memories[unit], !state.silentUnits.contains(unit) else { return true }
            func reply() -> Bool { modbus_reply(context, &request, length, memory.mapping) >= 0 }
            switch state.behaviour {
            case .normal: return reply()
            case .mute: return true
            case .exception(let code): return modbus_reply_exception(context, &request, UInt32(code)) >= 0
            case .repeatsReply: return reply() && reply()
            case .foreignUnit:
                request[6] = unit &+ 1
                return reply()
            case .staleReply:
                request[1] = request[1] &- 1
                return reply()
            case .stopsInMidReply:
                // Transaction and protocol of the request, then a length that promises more than comes.
                let head = Array(request[0..<4]) + [0, 5, request[6], request[7]]
                return send(client, head, head.count, Int32(MSG_NOSIGNAL)) == head.count
            }
        }
    }
}
