import GGUF
import TestSupport

/// The random weights of ``SyntheticModel``, in blocks of any format. `Reference/reference.py` makes the same bytes.
enum SyntheticWeights {
    /// What a block is made of, one after another.
    private enum Part {
        /// A fixed float16 factor.
        case half(Float)
        /// A factor that changes its sign from block to block, for formats whose levels are not symmetric around zero.
        case alternating(Float)
        /// Random bytes.
        case random(Int)
        /// Eight scales of six bits that are their own minima, in 12 bytes as Q4_K and Q5_K pack them.
        case sixBits
        /// Sixteen scales from -32 to 31, a byte each, of Q6_K.
        case signedScales
        /// Sixteen scales of four bits that are their own minima, as Q2_K packs them.
        case ownMinima
    }

    private static func parts(of format: BlockFormat) -> [Part]? {
        switch format {
        case .f32, .f16, .bf16: nil
        case .q4_0: [.alternating(0x1p-6), .random(16)]
        case .q4_1: [.half(0x1p-6), .half(-7.5 * 0x1p-6), .random(16)]
        case .q5_0: [.alternating(0x1p-7), .random(20)]
        case .q5_1: [.half(0x1p-7), .half(-15.5 * 0x1p-7), .random(20)]
        case .q8_0: [.half(0x1p-10), .random(32)]
        case .q2_K: [.ownMinima, .random(64), .half(0x1p-7), .half(1.5 * 0x1p-7)]
        case .q3_K: [.random(108), .half(0x1p-9)]
        case .q4_K: [.half(0x1p-11), .half(7.5 * 0x1p-11), .sixBits, .random(128)]
        case .q5_K: [.half(0x1p-12), .half(15.5 * 0x1p-12), .sixBits, .random(160)]
        case .q6_K: [.random(192), .signedScales, .half(0x1p-12)]
        case .iq4_NL: [.alternating(0x1p-10), .random(16)]
        case .iq4_XS: [.half(0x1p-14), .random(134)]
        }
    }

    /// A matrix's blocks; `name` seeds them.
    static func matrix(_ name: String, count: Int, format: BlockFormat) -> [UInt8] {
        guard let parts = parts(of: format) else { return format.quantize(uniform(name, count: count, scale: 0.125)) }
        let blocks = count / format.valuesPerBlock
        let streams = parts.map { bytes(of: $0, name, blocks: blocks) }
        var result: [UInt8] = []
        for block in 0..<blocks {
            for stream in streams {
                let size = stream.count / blocks
                result += stream[block * size..<(block + 1) * size]
            }
        }
        return result
    }

    /// Values in `-scale ..< scale` with 11 bits, so that float16 holds them exactly.
    static func uniform(_ name: String, count: Int, scale: Float) -> [Float] {
        words(name, count: count).map { (Float($0 >> 53) - 1024) / 1024 * scale }
    }

    /// One part of all blocks.
    private static func bytes(of part: Part, _ name: String, blocks: Int) -> [UInt8] {
        switch part {
        case .half(let value):
            return (0..<blocks).flatMap { _ in half(value) }
        case .alternating(let value):
            return (0..<blocks).flatMap { half($0 % 2 == 0 ? value : -value) }
        case .random(let count):
            return random(name, blocks * count)
        case .sixBits:
            let scales = random("\(name)/scales", blocks * 8).map { $0 & 63 }
            return (0..<blocks).flatMap { packSixBits(scales[$0 * 8..<$0 * 8 + 8]) }
        case .signedScales:
            return random("\(name)/scales", blocks * 16).map { ($0 & 63) &- 32 }
        case .ownMinima:
            return random("\(name)/scales", blocks * 16).map { ($0 & 15) * 17 }
        }
    }

    private static func half(_ value: Float) -> [UInt8] {
        let bits = Float16(value).bitPattern
        return [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
    }

    private static func packSixBits(_ scales: ArraySlice<UInt8>) -> [UInt8] {
        let (lower, upper) = (scales.prefix(4), scales.suffix(4))
        let first = zip(lower, upper).map { $0 | ($1 >> 4) << 6 }
        return first + first + upper.map { ($0 & 15) * 17 }
    }

    /// FNV-1a of a tensor's name seeds its numbers.
    private static func words(_ name: String, count: Int) -> [UInt64] {
        let seed = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.next() }
    }

    private static func random(_ name: String, _ count: Int) -> [UInt8] {
        let bytes = words(name, count: (count + 7) / 8).flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        }
        return Array(bytes.prefix(count))
    }
}
