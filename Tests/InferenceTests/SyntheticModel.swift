import GGUF
import TestSupport

/// The tiny random Qwen2 models behind the goldens. `Reference/reference.py` makes the same bytes from the same seeds.
enum SyntheticModel {
    static let layers = 2
    static let embedding = 256
    static let feedForward = 512
    static let heads = 4
    static let kvHeads = 2
    static let vocabulary = 331
    static let context = 256
    static let prompt: [Int32] = [7, 300, 41, 0, 330, 12, 99, 99, 3, 250, 17]

    private static let seeds: [BlockFormat: Int] = [.f32: 13, .f16: 13, .q8_0: 38, .q4_K: 5, .q6_K: 9]

    /// - Parameters:
    ///   - change: replaces or adds metadata after the model's own.
    ///   - mixed: formats of some matrices, by the end of their names.
    ///   - expanded: stores the values that the formats stand for as F32.
    ///   - hasOutput: adds output weights of their own.
    ///   - leavingOut: a tensor that the file shall lack.
    static func make(
        _ format: BlockFormat, mixed: [String: BlockFormat] = [:], expanded: Bool = false, hasOutput: Bool = false,
        leavingOut: String? = nil, change: (inout [String: GGUFValue]) -> Void = { _ in }
    ) throws -> TemporaryModel {
        var metadata: [String: GGUFValue] = [
            "general.architecture": .string("qwen2"), "qwen2.block_count": .uint32(UInt32(layers)),
            "qwen2.context_length": .uint32(UInt32(context)), "qwen2.embedding_length": .uint32(UInt32(embedding)),
            "qwen2.feed_forward_length": .uint32(UInt32(feedForward)),
            "qwen2.attention.head_count": .uint32(UInt32(heads)),
            "qwen2.attention.head_count_kv": .uint32(UInt32(kvHeads)), "qwen2.rope.freq_base": .float32(10_000),
            "qwen2.attention.layer_norm_rms_epsilon": .float32(1e-6),
        ]
        change(&metadata)
        return try TemporaryModel { writer in
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.add(key, value) }
            func matrix(_ name: String, rows: Int, columns: Int) {
                guard name != leavingOut else { return }
                let own = mixed.first { name.hasSuffix($0.key) }?.value ?? format
                let bytes = weight("\(seeds[format] ?? 0)/\(name)", count: rows * columns, format: own)
                if expanded {
                    writer.addTensor(
                        name, dimensions: [columns, rows], format: .f32,
                        values: expand(bytes, count: rows * columns, format: own))
                } else {
                    writer.addTensor(name, dimensions: [columns, rows], format: own, bytes: bytes)
                }
            }
            func vector(_ name: String, size: Int, offset: Float) {
                guard name != leavingOut else { return }
                let values = uniform(name, count: size, scale: 0.5).map { $0 + offset }
                writer.addTensor(name, dimensions: [size], format: .f32, values: values)
            }
            addTensors(matrix: matrix, vector: vector)
            if hasOutput { matrix("output.weight", rows: vocabulary, columns: embedding) }
        }
    }

    private static func addTensors(matrix: (String, Int, Int) -> Void, vector: (String, Int, Float) -> Void) {
        let kv = embedding / heads * kvHeads
        matrix("token_embd.weight", vocabulary, embedding)
        vector("output_norm.weight", embedding, 1)
        for layer in 0..<layers {
            let block = "blk.\(layer)"
            vector("\(block).attn_norm.weight", embedding, 1)
            for (name, rows) in [("attn_q", embedding), ("attn_k", kv), ("attn_v", kv)] {
                matrix("\(block).\(name).weight", rows, embedding)
                vector("\(block).\(name).bias", rows, 0)
            }
            matrix("\(block).attn_output.weight", embedding, embedding)
            vector("\(block).ffn_norm.weight", embedding, 1)
            matrix("\(block).ffn_gate.weight", feedForward, embedding)
            matrix("\(block).ffn_up.weight", feedForward, embedding)
            matrix("\(block).ffn_down.weight", embedding, feedForward)
        }
    }

    /// FNV-1a of a tensor's name seeds its numbers.
    private static func words(_ name: String, count: Int) -> [UInt64] {
        let seed = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.next() }
    }

    /// Values in `-scale ..< scale` with 11 bits, so that float16 holds them exactly.
    private static func uniform(_ name: String, count: Int, scale: Float) -> [Float] {
        words(name, count: count).map { (Float($0 >> 53) - 1024) / 1024 * scale }
    }

    private static func bytes(_ name: String, _ count: Int) -> [UInt8] {
        let bytes = words(name, count: (count + 7) / 8).flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        }
        return Array(bytes.prefix(count))
    }

    private static func half(_ value: Float) -> [UInt8] {
        let bits = Float16(value).bitPattern
        return [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
    }

    private static func weight(_ name: String, count: Int, format: BlockFormat) -> [UInt8] {
        let blocks = count / format.valuesPerBlock
        switch format {
        case .f32, .f16:
            return format.quantize(uniform(name, count: count, scale: 0.125))
        case .q8_0:
            let quants = bytes(name, blocks * 32)
            let scale = half(0x1p-10)
            return joined(blocks) { block in [scale, part(of: quants, block, 32)] }
        case .q4_K:
            let quants = bytes(name, blocks * 128)
            let scales = bytes("\(name)/scales", blocks * 8).map { $0 & 63 }
            let head = half(0x1p-11) + half(7.5 * 0x1p-11)
            return joined(blocks) { block in
                [head, packSixBits(part(of: scales, block, 8)), part(of: quants, block, 128)]
            }
        case .q6_K:
            let quants = bytes(name, blocks * 192)
            let scales = bytes("\(name)/scales", blocks * 16).map { UInt8(bitPattern: Int8($0 & 63) - 32) }
            let factor = half(0x1p-12)
            return joined(blocks) { block in [part(of: quants, block, 192), part(of: scales, block, 16), factor] }
        }
    }

    private static func expand(_ bytes: [UInt8], count: Int, format: BlockFormat) -> [Float] {
        var values = [Float](repeating: 0, count: count)
        bytes.withUnsafeBytes { bytes in values.withUnsafeMutableBufferPointer { format.dequantize(bytes, into: $0) } }
        return values
    }

    /// Eight scales that are their own minima, six bits each, as Q4_K packs them into 12 bytes.
    private static func packSixBits(_ scales: [UInt8]) -> [UInt8] {
        let first = (0..<4).map { scales[$0] | ((scales[$0 + 4] >> 4) << 6) }
        return first + first + (4..<8).map { (scales[$0] & 15) * 17 }
    }

    private static func joined(_ blocks: Int, _ parts: (Int) -> [[UInt8]]) -> [UInt8] {
        (0..<blocks).flatMap { parts($0).joined() }
    }

    private static func part(of bytes: [UInt8], _ block: Int, _ size: Int) -> [UInt8] {
        Array(bytes[block * size..<(block + 1) * size])
    }
}
