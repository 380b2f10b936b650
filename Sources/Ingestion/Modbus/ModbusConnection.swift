import CModbus
import Dispatch
import Domain
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A Modbus line, TCP or serial; used by one thread at a time.
///
/// On TCP any exchange that fails closes the connection, and the next one connects anew: a reply that comes late then has
/// nothing to arrive on, and each reply must carry the number of its request besides. A serial line has neither. After a
/// failure it is listened to and what comes is thrown away; a unit that did not answer in time has to answer once with
/// silence behind it before its word counts again. libmodbus's own recovery modes sleep and reconnect inside the call and
/// hide both, so they stay off.
final class ModbusConnection {
    private let context: OpaquePointer
    private let link: ModbusLink
    private let descriptors: LowDescriptors
    private var isOpen = false
    private var transaction: UInt16 = 0
    /// Units of a serial line whose reply may still come.
    private var owing: Set<UInt8> = []

    /// - Parameter descriptors: of which this connection takes one.
    init(_ link: ModbusLink, descriptors: LowDescriptors = LowDescriptors(count: 1)) throws(ModbusError) {
        let context =
            switch link {
            case .tcp(let host, let port): modbus_new_tcp_pi(host, "\(port)")
            case .serial(let line):
                modbus_new_rtu(line.path, Int32(line.baud), line.parity.letter, 8, Int32(line.stopBits))
            }
        guard let context else {
            throw .badEndpoint("\(link)", reason: String(cString: modbus_strerror(errno)))
        }
        self.context = context
        self.link = link
        self.descriptors = descriptors
        modbus_set_error_recovery(context, MODBUS_ERROR_RECOVERY_NONE)
        // Off, so that the response timeout spans the whole reply: a device that trickles bytes must not stretch it.
        modbus_set_byte_timeout(context, 0, 0)
    }

    deinit {
        close()
        modbus_free(context)
    }

    func close() {
        guard isOpen else { return }
        let low = modbus_get_socket(context)
        switch link {
        case .tcp: _ = shutdown(low, Int32(SHUT_RDWR))
        case .serial:
            // libmodbus gives the port back as it was, and closes what it is told.
            let copy = fcntl(low, F_DUPFD_CLOEXEC, 3)
            if copy >= 0 {
                modbus_set_socket(context, copy)
                modbus_close(context)
            }
        }
        modbus_set_socket(context, -1)
        descriptors.release(low)
        isOpen = false
    }

    /// Takes at most twice the timeout; on a serial line five times after a failure.
    ///
    /// - Returns: one register each, or 0 and 1 of one coil or input each.
    func read(_ request: ReadRequest, unit: UInt8, timeoutMs: Int) throws(ModbusError) -> [UInt16] {
        let endpoint = try prepare(unit, timeoutMs)
        do {
            try settle(request, unit, timeoutMs, endpoint)
            return try exchange(request, unit, timeoutMs, endpoint)
        } catch {
            if !error.keepsConnection { resynchronize(after: error, unit, timeoutMs) }
            throw error
        }
    }

    /// Writes once; an error that does not ``ModbusError/leavesUnwritten`` may come after the device did it.
    ///
    /// - Parameter notAfterNs: of ``Monotonic``; what cannot be sent by then is not sent.
    func write(_ request: WriteRequest, unit: UInt8, timeoutMs: Int, notAfterNs: Int64) throws(ModbusError) {
        let endpoint = try prepare(unit, timeoutMs)
        guard !owing.contains(unit) else { throw .busy(endpoint: endpoint) }
        guard Monotonic.nowNs() <= notAfterNs else { throw .tooLate(endpoint: endpoint) }
        do {
            try exchange(request, unit, timeoutMs, endpoint)
        } catch {
            if !error.keepsConnection { resynchronize(after: error, unit, timeoutMs) }
            throw error
        }
    }

    /// - Returns: the endpoint as errors name it.
    private func prepare(_ unit: UInt8, _ timeoutMs: Int) throws(ModbusError) -> String {
        let endpoint = "\(link)/\(unit)"
        guard link.allows(unit: unit), modbus_set_slave(context, Int32(unit)) == 0 else {
            throw .badEndpoint(endpoint, reason: "expected a unit of 1 to 247, or 255 on TCP")
        }
        modbus_set_response_timeout(context, UInt32(timeoutMs) / 1000, UInt32(timeoutMs) % 1000 * 1000)
        try open(timeoutMs)
        return endpoint
    }

    private func open(_ timeoutMs: Int) throws(ModbusError) {
        guard !isOpen else { return }
        let descriptor: Int32
        switch link {
        case .tcp(let host, let port):
            // libmodbus's own connect waits with select(2) for whatever descriptor it gets.
            do {
                descriptor = try OutgoingSocket.connect(host, port, timeoutMs: Int32(clamping: timeoutMs))
            } catch {
                throw .cannotConnect(endpoint: "\(link)", reason: error.reason)
            }
        case .serial:
            guard modbus_connect(context) == 0 else {
                throw .cannotConnect(endpoint: "\(link)", reason: SystemFailure(number: errno).text)
            }
            descriptor = modbus_get_socket(context)
        }
        do {
            modbus_set_socket(context, try descriptors.adopt(descriptor))
        } catch {
            modbus_set_socket(context, -1)
            throw .cannotConnect(endpoint: "\(link)", reason: error.description)
        }
        isOpen = true
    }

    /// Makes sure that the next reply of a unit that was late is to the next request: replies look alike.
    private func settle(
        _ request: ReadRequest, _ unit: UInt8, _ timeoutMs: Int, _ endpoint: String
    ) throws(ModbusError) {
        guard owing.contains(unit) else { return }
        _ = try exchange(request, unit, timeoutMs, endpoint)
        guard !listen(forMs: timeoutMs * 2, silenceMs: timeoutMs) else {
            throw .brokenReply(endpoint: endpoint, reason: "it came late")
        }
        owing.remove(unit)
    }

    private func exchange<Request: ModbusRequest>(
        _ request: Request, _ unit: UInt8, _ timeoutMs: Int, _ endpoint: String
    ) throws(ModbusError) -> Request.Answer {
        // What is left of an exchange that the device answered twice.
        modbus_flush(context)
        try send(request, unit, endpoint)
        var reply = [UInt8](repeating: 0, count: Int(MODBUS_MAX_ADU_LENGTH))
        let length = modbus_receive_confirmation(context, &reply)
        guard length >= 0 else {
            throw ModbusError(receiving: errno, endpoint: endpoint, timeoutMs: timeoutMs, buffer: reply)
        }
        // The serial side of libmodbus gives 0 for the frame of another unit.
        guard length > 0 else {
            throw .brokenReply(
                endpoint: endpoint, reason: "it comes from another unit", frame: ModbusError.received(in: reply))
        }
        let expected: UInt16? = if case .tcp = link { transaction } else { nil }
        do {
            return try ModbusFrame.answer(
                in: reply.prefix(Int(length)), to: request, unit: unit, transaction: expected)
        } catch {
            switch error {
            case .exception(let code): throw ModbusError(exception: code, to: request, endpoint: endpoint)
            case .broken(let reason):
                throw .brokenReply(endpoint: endpoint, reason: reason, frame: Array(reply.prefix(Int(length))))
            }
        }
    }

    private func send(_ request: some ModbusRequest, _ unit: UInt8, _ endpoint: String) throws(ModbusError) {
        let sent: Int
        let frame: [UInt8]
        switch link {
        case .tcp:
            // libmodbus numbers raw requests 0, all of them.
            transaction &+= 1
            frame = ModbusFrame.tcp(request, unit: unit, transaction: transaction)
            sent = Glibc.send(modbus_get_socket(context), frame, frame.count, Int32(MSG_NOSIGNAL))
        case .serial:
            frame = ModbusFrame.body(request, unit: unit)
            let crcBytes = 2
            let written = modbus_send_raw_request(context, frame, Int32(frame.count))
            sent = written < 0 ? -1 : Int(written) - crcBytes
        }
        guard sent == frame.count else {
            throw .connectionLost(endpoint: endpoint, reason: String(cString: modbus_strerror(errno)))
        }
    }

    private func resynchronize(after error: ModbusError, _ unit: UInt8, _ timeoutMs: Int) {
        guard case .serial(let line) = link else { return close() }
        switch error {
        case .noReply:
            owing.insert(unit)
            listen(forMs: timeoutMs, silenceMs: timeoutMs)
        case .brokenReply: listen(forMs: timeoutMs, silenceMs: line.silenceMs)
        default: close()
        }
    }

    /// Throws away what comes on a serial line until it has been silent for `silenceMs`, at most `forMs`.
    ///
    /// - Returns: whether anything came.
    @discardableResult
    private func listen(forMs: Int, silenceMs: Int) -> Bool {
        let descriptor = modbus_get_socket(context)
        let end = DispatchTime.now() + .milliseconds(forMs)
        var bytes = [UInt8](repeating: 0, count: 256)
        var heard = false
        while true {
            let leftNs = Int64(end.uptimeNanoseconds) - Int64(DispatchTime.now().uptimeNanoseconds)
            guard leftNs > 0 else { return heard }
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, Int32(min(Int64(silenceMs), leftNs / 1_000_000 + 1))) > 0 else { return heard }
            heard = true
            guard Glibc.read(descriptor, &bytes, bytes.count) > 0 else {
                // An adapter that was pulled out; opened anew with the next read.
                close()
                return heard
            }
        }
    }
}

extension SerialLine.Parity {
    /// As `modbus_new_rtu` names it.
    fileprivate var letter: CChar {
        switch self {
        case .none: CChar(UInt8(ascii: "N"))
        case .even: CChar(UInt8(ascii: "E"))
        case .odd: CChar(UInt8(ascii: "O"))
        }
    }
}
