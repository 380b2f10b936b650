import Domain

/// Finds out how a device speaks: its unit, and how its fault register is to be read.
///
/// Blocks; one thread uses it.
public final class ModbusProbe {
    private let connection: ModbusConnection
    private let link: ModbusLink
    private let timeoutMs: Int

    /// - Parameter timeoutMs: how long a device has to answer.
    public init(_ link: ModbusLink, timeoutMs: Int) throws(ModbusError) {
        connection = try ModbusConnection(link)
        self.link = link
        self.timeoutMs = timeoutMs
    }

    /// Asks unit after unit for a register until one answers, be it with a refusal.
    ///
    /// - Parameter progress: called with each unit before it is asked.
    /// - Returns: nil when none answers.
    /// - Throws: ``ModbusError`` when the line itself cannot be used.
    public func findUnit(register: UInt16, progress: (UInt8) -> Void = { _ in }) throws(ModbusError) -> UInt8? {
        // Most devices are unit 1, those without a gateway often 255 or any.
        let candidates = [1, 255] + Array(2...247)
        for unit in candidates.map(UInt8.init) where link.allows(unit: unit) {
            progress(unit)
            do {
                _ = try connection.read(
                    ReadRequest(table: .holding, first: register, count: 1), unit: unit, timeoutMs: timeoutMs)
                return unit
            } catch {
                switch error {
                case .refused: return unit
                case .noReply, .brokenReply, .exception, .connectionLost, .busy, .tooLate: continue
                case .badEndpoint, .cannotConnect: throw error
                }
            }
        }
        return nil
    }

    /// Reads a register as a manual numbers it, in both bases and both register tables.
    ///
    /// - Parameter register: 0 to 65536.
    /// - Throws: ``ModbusError`` when the device does not answer; a refusal is part of the result.
    public func look(at register: Int, unit: UInt8) throws(ModbusError) -> [RegisterSighting] {
        var sightings: [RegisterSighting] = []
        for base in RegisterReading.Base.allCases {
            guard let address = RegisterReading.address(of: register, base: base) else { continue }
            for table in [FaultPoint.Table.holding, .input] {
                sightings.append(try sight(base, table, address, unit))
            }
        }
        return sightings
    }

    private func sight(
        _ base: RegisterReading.Base, _ table: FaultPoint.Table, _ address: UInt16, _ unit: UInt8
    ) throws(ModbusError) -> RegisterSighting {
        var refusal: String?
        // The last register has no second, and some devices give but one.
        for count in address < UInt16.max ? [2, 1] : [1] {
            do {
                let registers = try connection.read(
                    ReadRequest(table: table, first: address, count: count), unit: unit, timeoutMs: timeoutMs)
                return RegisterSighting(base: base, table: table, address: address, registers: registers, refusal: nil)
            } catch {
                guard case .refused(_, _, _, _, let reason) = error else { throw error }
                refusal = reason
            }
        }
        return RegisterSighting(base: base, table: table, address: address, registers: [], refusal: refusal)
    }

    /// The ways of reading in which a known fault's number has come up since `before`.
    ///
    /// - Parameter before: sightings without the fault; a value that stood there then proves nothing.
    public static func matches(
        _ number: Int64, in now: [RegisterSighting], before: [RegisterSighting]
    ) -> [RegisterReading] {
        let old = Set(before.flatMap(\.values).filter { $0.number == number }.map(\.reading))
        return now.flatMap(\.values).filter { $0.number == number && !old.contains($0.reading) }.map(\.reading)
    }
}
