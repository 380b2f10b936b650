import CModbus
import Foundation

/// Why a device could not be read or written.
public enum ModbusError: Error, Sendable, Hashable, CustomStringConvertible {
    case badEndpoint(String, reason: String)
    case cannotConnect(endpoint: String, reason: String)
    /// Nothing, or only part of a reply, came in time.
    case noReply(endpoint: String, timeoutMs: Int)
    /// The device answers that it does not have what it is asked for.
    case refused(endpoint: String, table: FaultPoint.Table, register: UInt16, count: Int, reason: String)
    /// The device, or the gateway before it, answers with an exception that has nothing to do with the profile.
    case exception(endpoint: String, reason: String)
    /// The reply does not fit the request; its bytes, as far as they are known.
    case brokenReply(endpoint: String, reason: String, frame: [UInt8] = [])
    case connectionLost(endpoint: String, reason: String)
    /// A reply to an earlier request may still come on the serial line, and would be taken for this one's.
    case busy(endpoint: String)
    /// The line was taken for so long that whoever ordered a write no longer expects it.
    case tooLate(endpoint: String)

    public var description: String {
        switch self {
        case .badEndpoint(let endpoint, let reason): "\(endpoint): \(reason)"
        case .cannotConnect(let endpoint, let reason): "cannot connect to \(endpoint): \(reason)"
        case .noReply(let endpoint, let timeoutMs):
            "\(endpoint) sent no complete reply within \(timeoutMs) ms; check unit number, cabling and the profile's "
                + "response_timeout_ms"
        case .refused(let endpoint, let table, let register, let count, let reason):
            "\(endpoint) refuses \(table.rawValue) register \(register)"
                + (count > 1 ? " to \(Int(register) + count - 1)" : "") + ": \(reason); check table and register"
        case .exception(let endpoint, let reason): "\(endpoint) answers with an exception: \(reason)"
        case .brokenReply(let endpoint, let reason, _): "\(endpoint) sent a reply that fits no request: \(reason)"
        case .tooLate(let endpoint): "\(endpoint) could not be written to in time, so nothing was; order it again"
        case .busy(let endpoint): "\(endpoint) did not answer the last request; try again once it does"
        case .connectionLost(let endpoint, let reason): "lost the connection to \(endpoint): \(reason)"
        }
    }

    /// The whole line is at fault, not the unit that was asked.
    var concernsLink: Bool {
        switch self {
        case .cannotConnect: true
        case .badEndpoint, .noReply, .refused, .exception, .brokenReply, .connectionLost, .busy, .tooLate: false
        }
    }

    /// A complete reply came, so the line is in step.
    var keepsConnection: Bool {
        switch self {
        case .refused, .exception, .busy, .tooLate: true
        case .badEndpoint, .cannotConnect, .noReply, .brokenReply, .connectionLost: false
        }
    }

    /// What was to be written surely was not.
    var leavesUnwritten: Bool {
        switch self {
        case .badEndpoint, .cannotConnect, .refused, .exception, .busy, .tooLate: true
        case .noReply, .brokenReply, .connectionLost: false
        }
    }

    /// Turns libmodbus's `errno` into an error; the one place that knows those numbers.
    ///
    /// - Parameter buffer: into which the reply was read.
    init(receiving code: Int32, endpoint: String, timeoutMs: Int, buffer: [UInt8] = []) {
        let reason = String(cString: modbus_strerror(code))
        switch code {
        case ETIMEDOUT: self = .noReply(endpoint: endpoint, timeoutMs: timeoutMs)
        case Int32(MODBUS_ENOBASE)...ModbusError.lastOfLibrary:
            self = .brokenReply(endpoint: endpoint, reason: reason, frame: ModbusError.received(in: buffer))
        default: self = .connectionLost(endpoint: endpoint, reason: reason)
        }
    }

    /// What came into a buffer of zeros, whose length libmodbus does not tell of a frame that it refuses; zeros at the end of
    /// the frame are not known.
    static func received(in buffer: [UInt8]) -> [UInt8] {
        Array(buffer.prefix((buffer.lastIndex { $0 != 0 } ?? -1) + 1))
    }

    /// Of an exception response. The codes 1 to 3 say that the device does not know the function, the address or the
    /// count that was asked for (Modbus Application Protocol 1.1b3, §7).
    init(exception code: UInt8, to request: some ModbusRequest, endpoint: String) {
        let reason = String(cString: modbus_strerror(Int32(MODBUS_ENOBASE) + Int32(code)))
        if (1...3).contains(code) {
            self = .refused(
                endpoint: endpoint, table: request.table, register: request.first, count: request.count, reason: reason)
        } else {
            self = .exception(endpoint: endpoint, reason: reason)
        }
    }

    /// `EMBBADSLAVE`: the last number that libmodbus adds for malformed replies.
    private static let lastOfLibrary = Int32(MODBUS_ENOBASE) + 17
}
