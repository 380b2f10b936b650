import GGUF

/// How the cache stores keys and values; `include/cache.glsl` says where in it they lie.
public enum CacheFormat: String, Sendable, CaseIterable {
    /// Two bytes a value.
    case float16 = "F16"
    /// Blocks of 32 values of a head: a byte a value and a float16 scale, as in GGUF's format of that name.
    case q8 = "Q8_0"

    /// GGUF's format of the same blocks.
    private var blocks: BlockFormat {
        switch self {
        case .float16: .f16
        case .q8: .q8_0
        }
    }

    /// What the size of a head is a multiple of, so that its blocks are whole.
    var valuesPerBlock: Int { blocks.valuesPerBlock }

    /// Values that a shader gets with one load of 16 bytes.
    var valuesPerLoad: Int {
        switch self {
        case .float16: 8
        case .q8: 16
        }
    }

    /// The bytes that keys, or values, of one position take.
    ///
    /// - Parameter values: of all heads; rounded up to whole blocks.
    public func byteCount(forValues values: Int) -> Int {
        groupCount(values, of: valuesPerBlock) * blocks.bytesPerBlock
    }

    /// Refuses heads that do not consist of whole blocks, before anything is allocated.
    ///
    /// - Throws: ``ModelError`` with `.invalidRequest`, the size and what would do.
    func requireWholeBlocks(headSize: Int, path: String) throws(ModelError) {
        guard headSize % valuesPerBlock == 0 else {
            throw ModelError(
                .invalidRequest,
                "\(path): heads of \(headSize) values in a cache of \(rawValue), multiples of \(valuesPerBlock) "
                    + "expected; a cache of \(CacheFormat.float16.rawValue) takes this model")
        }
    }

    /// The plain twin of storing and loading: what the cache gives back for values of a head.
    func stored(_ values: [Float]) -> [Float] { expand(blocks.quantize(values)) }

    /// The plain twin of loading: a head's values at one position.
    ///
    /// - Parameters:
    ///   - position: in the block of the cache.
    ///   - tile: what the head has in the block.
    func row(_ position: Int, of tile: UnsafeRawBufferPointer, headSize: Int) -> [Float] {
        switch self {
        case .float16: return expand(Array(tile[position * headSize * 2..<(position + 1) * headSize * 2]))
        case .q8:
            let firstScale = AttentionShape.blockPositions * headSize + position * headSize / valuesPerBlock * 2
            return expand(
                (0..<headSize / valuesPerBlock).flatMap { block in
                    let scale = firstScale + block * 2
                    let values = position * headSize + block * valuesPerBlock
                    return Array(tile[scale..<scale + 2]) + Array(tile[values..<values + valuesPerBlock])
                })
        }
    }

    private func expand(_ bytes: [UInt8]) -> [Float] {
        var values = [Float](repeating: 0, count: bytes.count / blocks.bytesPerBlock * valuesPerBlock)
        bytes.withUnsafeBytes { bytes in
            values.withUnsafeMutableBufferPointer { blocks.dequantize(bytes, into: $0) }
        }
        return values
    }
}
