import CModbus

/// The registers and coils of one simulated unit.
///
/// Not thread-safe: the simulator that owns it guards it with its lock.
final class ModbusMemory {
    let mapping: UnsafeMutablePointer<modbus_mapping_t>
    private let first: Int

    /// - Parameter count: how many of each table exist, from the wire address `first`.
    init(first: UInt16, count: Int) throws {
        let (start, length) = (UInt32(first), UInt32(count))
        guard
            let mapping = modbus_mapping_new_start_address(
                start, length, start, length, start, length, start, length)
        else { throw SimulationError.system("modbus_mapping_new") }
        self.mapping = mapping
        self.first = Int(first)
    }

    deinit { modbus_mapping_free(mapping) }

    /// Sets a register in both tables, holding and input; one that does not exist is left alone.
    func set(register: UInt16, to value: UInt16) {
        let index = Int(register) - first
        guard index >= 0, index < Int(mapping.pointee.nb_registers) else { return }
        mapping.pointee.tab_registers[index] = value
        mapping.pointee.tab_input_registers[index] = value
    }

    /// Sets a coil and the discrete input of the same address.
    func set(coil: UInt16, to value: Bool) {
        let index = Int(coil) - first
        guard index >= 0, index < Int(mapping.pointee.nb_bits) else { return }
        mapping.pointee.tab_bits[index] = value ? 1 : 0
        mapping.pointee.tab_input_bits[index] = value ? 1 : 0
    }
}
