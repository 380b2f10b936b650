import CModbus
import Dispatch
import Domain
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Lets PLCs write their events into registers of the appliance, see ``EventRing`` for where.
///
/// One thread serves all; nothing waits for a single client. Only the addresses of the configured machines are let in.
public final class ModbusEventServer: Service {
    private static let retryMs = 5000
    /// A PLC that reconnects may leave old connections behind.
    private static let connectionsPerClient = 4
    /// How long nobody is let in while no descriptors are left.
    private static let exhaustionPauseMs: Int32 = 1000

    private struct State {
        /// -1 while nothing listens.
        var listener: Int32 = -1
        var port: UInt16?
    }

    private struct Connection {
        let client: String
        let descriptor: Int32
        var buffer = RequestBuffer()
    }

    private let settings: PushSettings
    private let reports: [DeviceReport]
    private let reportsOfClient: [String: [DeviceReport]]
    private let makeIntakes: @Sendable () -> [String: PushIntake]
    private let logger: Logger
    private let state = Mutex(State())
    private let stopSignal = StopSignal()
    /// The one that libmodbus answers on.
    private let descriptors = LowDescriptors(count: 1)

    /// - Parameters:
    ///   - machines: at least one.
    ///   - recall: of the same journal as `sink`.
    public init(
        settings: PushSettings, machines: [PushMachine], sink: any EventSink, recall: any IdempotencyKeyRecall,
        clock: any WallClock = SystemClock(), logger: Logger
    ) {
        self.settings = settings
        self.logger = logger
        let reports = machines.map { DeviceReport($0.machine, endpoint: "\($0.client) (writes)", logger: logger) }
        self.reports = reports
        reportsOfClient = Dictionary(grouping: zip(machines, reports).map { $0 }) { $0.0.client }
            .mapValues { $0.map(\.1) }
        makeIntakes = {
            Dictionary(grouping: machines, by: \.client).mapValues {
                PushIntake(
                    client: $0[0].client, machines: $0, slots: settings.slots, sink: sink, recall: recall, clock: clock,
                    logger: logger)
            }
        }
    }

    /// In the order of the machines.
    public var statuses: [LinkStatus] { reports.map(\.status) }

    /// The port that it listens on; nil while it does not.
    public var port: UInt16? { state.withLock { $0.port } }

    /// Serves until graceful shutdown.
    public func run() async throws {
        let finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            self.serve()
            finished.signal()
        }
        thread.name = "modbus-server"
        thread.start()
        try? await gracefulShutdown()
        stopSignal.raise()
        // Wakes the thread that waits for it.
        state.withLock { state in if state.listener >= 0 { _ = shutdown(state.listener, Int32(SHUT_RDWR)) } }
        await offSharedPool { _ = finished.wait(timeout: .distantFuture) }
    }

    private func serve() {
        guard let context = modbus_new_tcp_pi(settings.bind, "\(settings.port)") else {
            return failed("expected an address and port to listen on")
        }
        defer { modbus_free(context) }
        repeat {
            let listener = modbus_tcp_pi_listen(context, 8)
            if listener >= 0 {
                serve(context, listener)
            } else {
                failed("cannot listen on \(settings.bind):\(settings.port): \(String(cString: modbus_strerror(errno)))")
            }
        } while !stopSignal.wait(milliseconds: ModbusEventServer.retryMs)
    }

    private func failed(_ reason: String) {
        for report in reports { report.failed(ServerError(description: reason), isDegraded: true) }
    }

    private func serve(_ context: OpaquePointer, _ listener: Int32) {
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        var connections: [Connection] = []
        var intakes = makeIntakes()
        state.withLock { $0 = State(listener: listener, port: SocketAddress.port(of: listener)) }
        defer {
            state.withLock { $0 = State() }
            for connection in connections { close(connection.descriptor) }
            close(listener)
        }
        var isExhausted = false
        while !stopSignal.isRaised {
            // While nobody can be let in, the listener is ready all the time; poll(2) skips what is negative.
            var polled = ([isExhausted ? -1 : listener] + connections.map(\.descriptor)).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let pauseMs = isExhausted ? ModbusEventServer.exhaustionPauseMs : -1
            isExhausted = false
            guard poll(&polled, nfds_t(polled.count), pauseMs) > 0 else { continue }
            if polled[0].revents != 0 {
                if polled[0].revents & Int16(POLLIN) == 0 { return }
                isExhausted = !accept(listener, &connections)
            }
            for entry in polled.dropFirst() where entry.revents != 0 {
                guard let index = connections.firstIndex(where: { $0.descriptor == entry.fd }),
                    !receive(&connections[index], context, &intakes)
                else { continue }
                lost(connections.remove(at: index))
            }
        }
    }

    /// - Returns: false when no descriptor is left for another connection.
    private func accept(_ listener: Int32, _ connections: inout [Connection]) -> Bool {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else {
            let failure = SystemFailure(number: errno)
            guard failure.isExhaustion else { return true }
            failed("\(settings.bind):\(settings.port): \(failure.text)")
            return false
        }
        let client = SocketAddress.peer(of: descriptor) ?? "?"
        guard reportsOfClient[client] != nil else {
            logger.warning("a Modbus client that no machine names was refused", metadata: ["client": "\(client)"])
            close(descriptor)
            return true
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        IncomingSocket.boundWaits(of: descriptor)
        let old = connections.filter { $0.client == client }
        if old.count >= ModbusEventServer.connectionsPerClient {
            close(old[0].descriptor)
            connections.removeAll { $0.descriptor == old[0].descriptor }
        }
        connections.append(Connection(client: client, descriptor: descriptor))
        return true
    }

    private func lost(_ connection: Connection) {
        close(connection.descriptor)
        for report in reportsOfClient[connection.client] ?? [] {
            report.failed(ServerError(description: "\(connection.client) closed its connection"), isDegraded: true)
        }
    }

    /// - Returns: false when the connection has ended or must.
    private func receive(
        _ connection: inout Connection, _ context: OpaquePointer, _ intakes: inout [String: PushIntake]
    ) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = read(connection.descriptor, &bytes, bytes.count)
        guard count > 0, var intake = intakes[connection.client] else { return false }
        let reports = reportsOfClient[connection.client] ?? []
        let unreadable = intake.unreadable
        defer {
            for report in reports { report.answeredBadly(times: intake.unreadable - unreadable) }
            intakes[connection.client] = intake
        }
        connection.buffer.append(bytes.prefix(count))
        let low: Int32
        do {
            low = try descriptors.copy(connection.descriptor)
        } catch {
            for report in reports { report.failed(error, isDegraded: true) }
            return false
        }
        defer { descriptors.release(low) }
        modbus_set_socket(context, low)
        while true {
            switch connection.buffer.next() {
            case .incomplete: return true
            case .broken:
                // Should the journal refuse it too, the closed connection still tells the PLC.
                try? intake.keep(malformed: connection.buffer.bytes)
                return false
            case .frame(let frame):
                guard answer(frame, context, &intake, reports) else { return false }
            }
        }
    }

    private func answer(
        _ frame: [UInt8], _ context: OpaquePointer, _ intake: inout PushIntake, _ reports: [DeviceReport]
    ) -> Bool {
        func refuse(_ exception: UInt32) -> Bool { modbus_reply_exception(context, frame, exception) >= 0 }
        do {
            switch ServerRequest(frame) {
            case .unsupported: return refuse(UInt32(MODBUS_EXCEPTION_ILLEGAL_FUNCTION))
            case .malformed:
                try intake.keep(malformed: frame)
                return refuse(UInt32(MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE))
            case .write(let first, let values):
                guard try intake.write(values, at: first) else {
                    return refuse(UInt32(MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS))
                }
            case .read: break
            }
            let isSent = try reply(to: frame, context, intake.registers())
            for report in reports {
                report.answered(at: Date())
                report.isUp()
            }
            return isSent
        } catch {
            for report in reports { report.failed(error, isDegraded: true) }
            return refuse(UInt32(MODBUS_EXCEPTION_SLAVE_OR_SERVER_BUSY))
        }
    }

    /// - Parameter registers: a copy, in which libmodbus may write what was written already.
    private func reply(to frame: [UInt8], _ context: OpaquePointer, _ registers: [UInt16]) -> Bool {
        var registers = registers
        return registers.withUnsafeMutableBufferPointer { buffer in
            var mapping = modbus_mapping_t()
            mapping.nb_registers = Int32(buffer.count)
            mapping.nb_input_registers = Int32(buffer.count)
            mapping.tab_registers = buffer.baseAddress
            mapping.tab_input_registers = buffer.baseAddress
            return modbus_reply(context, frame, Int32(frame.count), &mapping) >= 0
        }
    }
}

private struct ServerError: Error, CustomStringConvertible {
    let description: String
}
