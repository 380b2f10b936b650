import Domain
import Foundation

extension FaultPoint {
    /// The faults that stand, by what was read.
    ///
    /// - Parameter values: ``length`` registers in wire order, or 0 and 1 of as many coils or inputs.
    /// - Returns: of a history, its entries newest first with their "no fault" values; else the standing faults, sorted.
    func signals(in values: [UInt16]) -> [FaultSignal] {
        switch shape {
        case .number(let number, let part):
            let signal = self.number(number, part, values)
            return isNoFault(signal) ? [] : [signal]
        case .text:
            let signal = text(values)
            return isNoFault(signal) ? [] : [signal]
        case .bits: return setBits(values).map { .number(Int64($0)) }.filter { !isNoFault($0) }
        case .list:
            return Set(values.map { FaultSignal.number(Int64(ordered($0))) }.filter { !isNoFault($0) }).sorted()
        case .history: return values.map { .number(Int64(ordered($0))) }
        }
    }

    func isNoFault(_ signal: FaultSignal) -> Bool {
        switch signal {
        case .number(let number): noFault.contains(number)
        case .text(let text): text.isEmpty || noFaultTexts.contains(text)
        case .unreadable: false
        }
    }

    private func ordered(_ register: UInt16) -> UInt16 { byteOrder.swapsBytes ? register.byteSwapped : register }

    private func number(_ number: Number, _ part: Part, _ values: [UInt16]) -> FaultSignal {
        let registers = values.map(ordered)
        guard number.registerCount == 2 else {
            let whole = registers[0]
            switch part {
            case .whole: return .number(number == .s16 ? Int64(Int16(bitPattern: whole)) : Int64(whole))
            case .lowByte: return .number(Int64(whole & 0xFF))
            case .highByte: return .number(Int64(whole >> 8))
            }
        }
        let (high, low) = byteOrder.isHighWordFirst ? (registers[0], registers[1]) : (registers[1], registers[0])
        let bits = UInt32(high) << 16 | UInt32(low)
        switch number {
        case .s32: return .number(Int64(Int32(bitPattern: bits)))
        case .f32:
            let value = Float(bitPattern: bits)
            guard let whole = Int64(exactly: value) else {
                return .unreadable("expected a whole number, got \(value)")
            }
            return .number(whole)
        default: return .number(Int64(bits))
        }
    }

    private func text(_ values: [UInt16]) -> FaultSignal {
        let bytes = values.map(ordered).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }.prefix { $0 != 0 }
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return .unreadable("expected ASCII, got the bytes \(bytes.hexadecimal)")
        }
        return .text(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces))
    }

    private func setBits(_ values: [UInt16]) -> [Int] {
        if table.holdsBits { return values.indices.filter { values[$0] != 0 } }
        let registers = byteOrder.isHighWordFirst ? values.reversed() : values
        return registers.enumerated().flatMap { index, register in
            (0..<16).filter { ordered(register) >> $0 & 1 == 1 }.map { index * 16 + $0 }
        }
    }

    /// - Returns: nil when what was read cannot be a code.
    func code(of signal: FaultSignal) -> FaultCode? {
        switch signal {
        case .number(let number): FaultCode(naming.code(of: number))
        case .text(let text): FaultCode(text)
        case .unreadable: nil
        }
    }
}
