import CModbus
import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A PLC or drive: libmodbus's server side on a free loopback port, with faults that real devices have.
public final class ModbusSimulator: Sendable {
    public enum Behaviour: Sendable, Hashable {
        case normal
        /// Takes requests and never answers.
        case mute
        /// Sends the head of its reply and stops.
        case stopsInMidReply
        /// Answers each request with this exception code.
        case exception(UInt8)
    }

    private struct State {
        var behaviour = Behaviour.normal
        var requests = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    /// Read and written under the lock of `state`; lives until `deinit`.
    private nonisolated(unsafe) let mapping: UnsafeMutablePointer<modbus_mapping_t>
    /// Used by the server's thread alone once it runs; lives until `deinit`.
    private nonisolated(unsafe) let context: OpaquePointer
    private let listener: Int32
    /// A byte in this pipe wakes the server's thread.
    private let wakePipe: (read: Int32, write: Int32)
    private let finished = DispatchSemaphore(value: 0)
    private let firstRegister: UInt16

    public let host = "127.0.0.1"
    public let port: UInt16

    /// - Parameters:
    ///   - firstRegister: the first wire address that exists, in both the holding and the input table.
    ///   - registerCount: how many exist; others are answered with "illegal data address".
    ///   - port: 0 takes a free one.
    public init(firstRegister: UInt16, registerCount: Int, port: UInt16 = 0) throws {
        guard let context = modbus_new_tcp("127.0.0.1", Int32(port)) else {
            throw SimulationError.system("modbus_new_tcp")
        }
        let count = UInt32(registerCount)
        let first = UInt32(firstRegister)
        guard let mapping = modbus_mapping_new_start_address(0, 0, 0, 0, first, count, first, count) else {
            modbus_free(context)
            throw SimulationError.system("modbus_mapping_new")
        }
        let listener = modbus_tcp_listen(context, 8)
        var pipeEnds: [Int32] = [-1, -1]
        guard listener >= 0, pipe(&pipeEnds) == 0, let port = try? LoopbackPort.port(of: listener) else {
            let error = SimulationError.system("modbus_tcp_listen")
            if listener >= 0 { close(listener) }
            modbus_mapping_free(mapping)
            modbus_free(context)
            throw error
        }
        self.context = context
        self.mapping = mapping
        self.listener = listener
        self.port = port
        self.firstRegister = firstRegister
        wakePipe = (pipeEnds[0], pipeEnds[1])
        for descriptor in [listener] + pipeEnds { ModbusSimulator.closeOnExec(descriptor) }
        let thread = Thread { self.serve() }
        thread.name = "plc"
        thread.start()
    }

    deinit {
        close(wakePipe.read)
        close(wakePipe.write)
        modbus_mapping_free(mapping)
        modbus_free(context)
    }

    /// Requests received so far, answered or not.
    public var requestCount: Int { state.withLock { $0.requests } }

    public func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// Sets a register in both tables; one that does not exist is left alone.
    public func set(_ register: UInt16, to value: UInt16) {
        state.withLock { _ in
            let index = Int(register) - Int(firstRegister)
            guard index >= 0, index < Int(mapping.pointee.nb_registers) else { return }
            mapping.pointee.tab_registers[index] = value
            mapping.pointee.tab_input_registers[index] = value
        }
    }

    /// Ends the server and its connections; the port is free afterwards. The thread keeps the object alive until then.
    public func stop() {
        state.withLock { $0.isStopping = true }
        var byte: UInt8 = 0
        _ = write(wakePipe.write, &byte, 1)
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
            var polled = ([wakePipe.read, listener] + clients).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            if polled[1].revents != 0 {
                let client = accept(listener, nil, nil)
                if client >= 0 {
                    ModbusSimulator.closeOnExec(client)
                    clients.append(client)
                }
            }
            for entry in polled.dropFirst(2) where entry.revents != 0 && !answer(entry.fd) {
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
            switch state.behaviour {
            case .normal: return modbus_reply(context, &request, length, mapping) >= 0
            case .mute: return true
            case .exception(let code): return modbus_reply_exception(context, &request, UInt32(code)) >= 0
            case .stopsInMidReply:
                // Transaction and protocol of the request, then a length that promises more than comes.
                let head = Array(request[0..<4]) + [0, 5, request[6], request[7]]
                return send(client, head, head.count, Int32(MSG_NOSIGNAL)) == head.count
            }
        }
    }
}
