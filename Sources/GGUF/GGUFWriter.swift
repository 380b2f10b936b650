/// Composes a GGUF file (version 3, little-endian) and writes it whole or not at all.
///
/// Tensors are held in memory until ``write(to:)``; meant for tests, tools and benchmarks, not for converting large
/// models.
public struct GGUFWriter: Sendable {
    struct Tensor {
        let name: String
        let dimensions: [Int]
        let format: BlockFormat
        /// What the tensor holds, again and again up to its size.
        let tile: GGUFTile
        let byteCount: Int
    }

    private var metadata: [(key: String, value: GGUFValue)] = []
    private(set) var tensors: [Tensor] = []

    public init() {}

    /// Adds a metadata value, after those added before.
    public mutating func add(_ key: String, _ value: GGUFValue) {
        metadata.append((key, value))
    }

    /// Adds a tensor whose blocks are already packed.
    ///
    /// - Parameter dimensions: sizes, innermost first.
    public mutating func addTensor(_ name: String, dimensions: [Int], format: BlockFormat, bytes: [UInt8]) {
        tensors.append(
            Tensor(
                name: name, dimensions: dimensions, format: format, tile: GGUFTile(format: format, bytes: bytes),
                byteCount: bytes.count))
    }

    /// Adds a tensor that repeats some blocks, as a benchmark needs them: gigabytes that take no memory.
    ///
    /// - Parameters:
    ///   - dimensions: sizes, innermost first; in all a multiple of the format's block.
    ///   - tile: the blocks to repeat, from the first one on.
    public mutating func addTensor(_ name: String, dimensions: [Int], repeating tile: GGUFTile) {
        let size = tile.format.byteCount(forValues: dimensions.reduce(1, *))
        tensors.append(
            Tensor(name: name, dimensions: dimensions, format: tile.format, tile: tile, byteCount: size))
    }

    /// Adds a tensor, packing its values with ``BlockFormat/quantize(_:)``.
    ///
    /// - Parameters:
    ///   - dimensions: sizes, innermost first.
    ///   - values: finite values, row after row; a multiple of the format's block.
    public mutating func addTensor(_ name: String, dimensions: [Int], format: BlockFormat, values: [Float]) {
        addTensor(name, dimensions: dimensions, format: format, bytes: format.quantize(values))
    }

    /// Writes the file under a temporary name, syncs it, lets the reader check it and only then gives it its name.
    ///
    /// - Throws: ``GGUFError`` if the system refuses, or the file would be one that ``GGUFFile`` refuses; whatever was
    ///   at the path before is then still there.
    public func write(to path: String) throws(GGUFError) {
        let alignment = try checkedAlignment(path: path)
        var output = try AtomicFileWriter(path: path)
        defer { output.discard() }
        try output.write(header(alignment: alignment).bytes)
        for tensor in tensors {
            var written = 0
            while written < tensor.byteCount {
                let left = tensor.byteCount - written
                try output.write(
                    left < tensor.tile.bytes.count ? Array(tensor.tile.bytes.prefix(left)) : tensor.tile.bytes)
                written += min(left, tensor.tile.bytes.count)
            }
            let padding = -tensor.byteCount & (alignment - 1)
            try output.write([UInt8](repeating: 0, count: padding))
        }
        try output.commit { (temporary) throws(GGUFError) in
            let mapping = try MappedFile(path: temporary)
            defer { withExtendedLifetime(mapping) {} }
            _ = try GGUFHeader(bytes: mapping.bytes, path: path)
        }
    }

    /// The alignment that the metadata state, after a look at every tensor.
    ///
    /// - Throws: ``GGUFError`` for what ``GGUFFile`` would refuse.
    func checkedAlignment(path: String) throws(GGUFError) -> Int {
        for tensor in tensors {
            let count = tensor.dimensions.reduce(1, *)
            guard count % tensor.format.valuesPerBlock == 0,
                tensor.format.byteCount(forValues: count) == tensor.byteCount, !tensor.tile.bytes.isEmpty
            else {
                throw GGUFError(
                    .badField, path: path, field: "tensor \"\(tensor.name)\"",
                    detail: "has \(tensor.byteCount) bytes, which \(tensor.format.name) does not take for "
                        + "\(tensor.dimensions)")
            }
        }
        let alignment =
            metadata.first { $0.key == GGUFHeader.alignmentKey }?.value.integer ?? GGUFHeader.defaultAlignment
        guard GGUFHeader.alignments.contains(alignment) else {
            throw GGUFError(
                .badField, path: path, field: "metadata \"\(GGUFHeader.alignmentKey)\"", detail: "is \(alignment)")
        }
        return alignment
    }

    /// Everything before the tensors' data, padded to the alignment.
    func header(alignment: Int) -> ByteBuilder {
        var builder = ByteBuilder()
        builder.append(GGUFHeader.magic)
        builder.append(UInt32(GGUFHeader.supportedVersion))
        builder.append(UInt64(tensors.count))
        builder.append(UInt64(metadata.count))
        for (key, value) in metadata {
            builder.append(key)
            builder.append(value.type.rawValue)
            builder.append(value)
        }
        var offset = 0
        for tensor in tensors {
            builder.append(tensor.name)
            builder.append(UInt32(tensor.dimensions.count))
            for size in tensor.dimensions { builder.append(UInt64(size)) }
            builder.append(tensor.format.rawValue)
            builder.append(UInt64(offset))
            offset += (tensor.byteCount + alignment - 1) & ~(alignment - 1)
        }
        builder.pad(to: alignment)
        return builder
    }
}
