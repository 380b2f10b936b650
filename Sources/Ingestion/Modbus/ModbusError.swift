import CModbus
import Foundation

/// Why a device's register could not be read.
public enum ModbusError: Error, Sendable, Hashable, CustomStringConvertible {
    case badEndpoint(String, reason: String)
    case cannotConnect(endpoint: String, reason: String)
    /// Nothing, or only part of a reply, came in time.
    case noReply(endpoint: String, timeoutMs: Int)
    /// The device answers that it does not have what the profile asks for.
    case refused(endpoint: String, table: FaultRegisterProfile.Table, register: UInt16, profile: String, reason: String)
    /// The device, or the gateway before it, answers with an exception that has nothing to do with the profile.
    case exception(endpoint: String, reason: String)
    /// The reply does not fit the request.
    case brokenReply(endpoint: String, reason: String)
    case connectionLost(endpoint: String, reason: String)

    public var description: String {
        switch self {
        case .badEndpoint(let endpoint, let reason): "\(endpoint): \(reason)"
        case .cannotConnect(let endpoint, let reason): "cannot connect to \(endpoint): \(reason)"
        case .noReply(let endpoint, let timeoutMs):
            "\(endpoint) sent no complete reply within \(timeoutMs) ms; check unit number, cabling and the profile's "
                + "response_timeout_ms"
        case .refused(let endpoint, let table, let register, let profile, let reason):
            "\(endpoint) refuses \(table.rawValue) register \(register): \(reason); check table and register in the "
                + "device profile \(profile)"
        case .exception(let endpoint, let reason): "\(endpoint) answers with an exception: \(reason)"
        case .brokenReply(let endpoint, let reason): "\(endpoint) sent a reply that fits no request: \(reason)"
        case .connectionLost(let endpoint, let reason): "lost the connection to \(endpoint): \(reason)"
        }
    }

    /// Turns libmodbus's `errno` into an error; the one place that knows those numbers.
    init(reading code: Int32, of target: ModbusTarget, timeoutMs: Int) {
        let reason = String(cString: modbus_strerror(code))
        switch code {
        case ETIMEDOUT: self = .noReply(endpoint: target.endpoint, timeoutMs: timeoutMs)
        case ModbusError.firstException...ModbusError.lastProfileException:
            self = .refused(
                endpoint: target.endpoint, table: target.profile.table, register: target.profile.register,
                profile: target.profileName, reason: reason)
        case ModbusError.lastProfileException + 1...ModbusError.lastException:
            self = .exception(endpoint: target.endpoint, reason: reason)
        case ModbusError.lastException + 1...ModbusError.lastOfLibrary:
            self = .brokenReply(endpoint: target.endpoint, reason: reason)
        default: self = .connectionLost(endpoint: target.endpoint, reason: reason)
        }
    }

    /// `EMBXILFUN` to `EMBXGTAR`: exception responses of the device.
    private static let firstException = Int32(MODBUS_ENOBASE) + 1
    /// `EMBXILVAL`: up to here the device does not know the function, the address or the count that was asked for.
    private static let lastProfileException = Int32(MODBUS_ENOBASE) + 3
    private static let lastException = Int32(MODBUS_ENOBASE) + 11
    /// `EMBBADSLAVE`: the last number that libmodbus adds for malformed replies.
    private static let lastOfLibrary = Int32(MODBUS_ENOBASE) + 17
}
