/// How a tensor's values are stored: blocks of a fixed number of values in a fixed number of bytes.
///
/// A format is one case here, one line in ``codec`` and one file under `Formats`. Raw values are ggml's type numbers.
public enum BlockFormat: UInt32, CaseIterable, Sendable {
    case f32 = 0
    case f16 = 1
    case bf16 = 30
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q4_0 = 2
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q4_1 = 3
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q5_0 = 6
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q5_1 = 7
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q8_0 = 8
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q2_K = 10
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q3_K = 11
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q4_K = 12
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q5_K = 13
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q6_K = 14
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case iq4_NL = 20
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case iq4_XS = 23

    var codec: any BlockCodec.Type {
        switch self {
        case .f32: F32Codec.self
        case .f16: F16Codec.self
        case .bf16: BF16Codec.self
        case .q4_0: Q4x0Codec.self
        case .q4_1: Q4x1Codec.self
        case .q5_0: Q5x0Codec.self
        case .q5_1: Q5x1Codec.self
        case .q8_0: Q8x0Codec.self
        case .q2_K: Q2KCodec.self
        case .q3_K: Q3KCodec.self
        case .q4_K: Q4KCodec.self
        case .q5_K: Q5KCodec.self
        case .q6_K: Q6KCodec.self
        case .iq4_NL: IQ4NLCodec.self
        case .iq4_XS: IQ4XSCodec.self
        }
    }

    /// The name that GGUF tools print, such as `Q4_K`.
    public var name: String { Self.ggmlName(rawValue) }

    /// Values in a block; the innermost dimension of a tensor is a multiple of it.
    public var valuesPerBlock: Int { codec.valuesPerBlock }

    /// Bytes of a block; blocks are packed and need no alignment.
    public var bytesPerBlock: Int { codec.bytesPerBlock }

    /// The bytes that a number of values take.
    ///
    /// - Parameter count: a multiple of ``valuesPerBlock``.
    public func byteCount(forValues count: Int) -> Int {
        precondition(count % valuesPerBlock == 0, "\(count) values are not whole \(name) blocks")
        return count / valuesPerBlock * bytesPerBlock
    }

    /// Expands whole blocks to float32: the plain reference that every kernel is compared with.
    ///
    /// - Parameters:
    ///   - bytes: whole blocks, at any alignment.
    ///   - values: exactly as many values as the blocks hold.
    public func dequantize(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
        precondition(bytes.count == byteCount(forValues: values.count), "byte count and value count disagree")
        // An empty buffer has no address.
        guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
        let codec = codec
        for block in 0..<values.count / valuesPerBlock {
            codec.dequantize(
                source + block * codec.bytesPerBlock, into: target + block * codec.valuesPerBlock)
        }
    }

    /// Packs float32 values, each to its nearest representable value: for tests and small files, not the search for
    /// the best scales that model converters make.
    ///
    /// - Parameter values: finite values, a multiple of ``valuesPerBlock``.
    /// - Returns: the blocks' bytes.
    public func quantize(_ values: [Float]) -> [UInt8] {
        let size = byteCount(forValues: values.count)
        let codec = codec
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            values.withUnsafeBufferPointer { source in
                if let source = source.baseAddress, let target = UnsafeMutableRawPointer(buffer.baseAddress) {
                    for block in 0..<values.count / codec.valuesPerBlock {
                        codec.quantize(
                            source + block * codec.valuesPerBlock, into: target + block * codec.bytesPerBlock)
                    }
                }
            }
            initialized = size
        }
    }

    /// The name of any ggml tensor type, supported or not, so that an error can say what a file holds.
    public static func ggmlName(_ rawValue: UInt32) -> String {
        ggmlNames[rawValue] ?? "type \(rawValue)"
    }

    private static let ggmlNames: [UInt32: String] = [
        0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K",
        12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
        20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
        29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
    ]
}
