import CModbus
import Foundation

/// A Modbus TCP connection to one device; used by one thread.
///
/// Any failed exchange closes it, and the next read connects anew: a reply that comes late then has no connection to
/// arrive on, and can never be taken for the reply to the next request. libmodbus's own recovery modes keep the
/// connection or sleep inside the call, so they stay off.
final class ModbusConnection {
    private let context: OpaquePointer
    private let target: ModbusTarget
    private var isOpen = false

    init(_ target: ModbusTarget) throws(ModbusError) {
        guard let context = modbus_new_tcp_pi(target.host, "\(target.port)") else {
            throw .badEndpoint(target.endpoint, reason: String(cString: modbus_strerror(errno)))
        }
        self.context = context
        self.target = target
        guard modbus_set_slave(context, Int32(target.unit)) == 0 else {
            throw .badEndpoint(target.endpoint, reason: "expected a unit of 1 to 247, or 255")
        }
        modbus_set_error_recovery(context, MODBUS_ERROR_RECOVERY_NONE)
        let timeoutMs = UInt32(target.profile.responseTimeoutMs)
        modbus_set_response_timeout(context, timeoutMs / 1000, timeoutMs % 1000 * 1000)
        // Off, so that the response timeout spans the whole reply: a device that trickles bytes must not stretch it.
        modbus_set_byte_timeout(context, 0, 0)
    }

    deinit {
        close()
        modbus_free(context)
    }

    func close() {
        guard isOpen else { return }
        modbus_close(context)
        isOpen = false
    }

    /// Reads the profile's fault register; takes at most twice the response timeout.
    func readFaultValue() throws(ModbusError) -> UInt32 {
        try open()
        let count = target.profile.registerCount
        var registers = [UInt16](repeating: 0, count: count)
        let address = Int32(target.profile.register)
        // What is left of an exchange that the device answered twice.
        modbus_flush(context)
        let received =
            switch target.profile.table {
            case .holding: modbus_read_registers(context, address, Int32(count), &registers)
            case .input: modbus_read_input_registers(context, address, Int32(count), &registers)
            }
        guard received == count else {
            let error = ModbusError(reading: errno, of: target, timeoutMs: target.profile.responseTimeoutMs)
            switch error {
            // A complete reply: the connection is in step.
            case .refused, .exception: break
            default: close()
            }
            throw error
        }
        return target.profile.value(of: registers)
    }

    private func open() throws(ModbusError) {
        guard !isOpen else { return }
        guard modbus_connect(context) == 0 else {
            throw .cannotConnect(endpoint: target.endpoint, reason: String(cString: modbus_strerror(errno)))
        }
        isOpen = true
    }
}
