import GGUF

/// Models of the sizes of well-known ones with random weights, for benchmarks and plans: they need no file, and a few
/// megabytes of memory besides the device's.
///
/// Their weights repeat one tile of random blocks a format. A kernel reads as many bytes as of the real model and
/// multiplies values of a likely size; what they write is noise.
public enum BenchmarkModel {
    /// Shapes, as `qwen2.5-7b`; a model is named by one and a quantization, as `qwen2.5-7b-q4_k_m`.
    public static let shapeNames = BenchmarkShape.all.map(\.name)
    /// Quantizations, as `q4_k_m`.
    public static let mixNames = ["q4_k_m"] + BlockFormat.allCases.map { $0.name.lowercased() }

    /// Values of a tile: enough that compression and caches find little to repeat within a row.
    private static let tileValues = 1 << 18
    /// A power of two that every system's pages divide.
    private static let alignment = 1 << 16

    /// A model as a file in memory.
    ///
    /// - Throws: ``ModelError`` with `.invalidRequest` and the known names, `.badFile` if the system gives no memory.
    public static func file(named name: String) throws(ModelError) -> GGUFFile {
        let writer = try writer(named: name)
        return try ModelError.wrap { try GGUFFile(inMemory: name, writer) }
    }

    /// A model that may also be written to a disk, to measure loading.
    ///
    /// - Throws: ``ModelError`` with `.invalidRequest` and the known names.
    public static func writer(named name: String) throws(ModelError) -> GGUFWriter {
        guard let shape = BenchmarkShape.all.first(where: { name.hasPrefix($0.name + "-") }),
            let mix = BenchmarkMix(String(name.dropFirst(shape.name.count + 1)))
        else {
            throw ModelError(
                .invalidRequest,
                "model \"\(name.prefix(64))\": expected one of \(shapeNames.joined(separator: ", ")), then - and one of "
                    + mixNames.joined(separator: ", "))
        }
        var writer = GGUFWriter()
        for (key, value) in shape.metadata { writer.add(key, value) }
        writer.add("general.alignment", .uint32(UInt32(alignment)))
        var tiles: [BlockFormat: GGUFTile] = [:]
        // Products of that width keep the size of what goes in.
        let spread = (3 / Float(shape.embedding)).squareRoot()
        let norm = tile(.f32, in: 0.9...1.1)
        let bias = tile(.f32, in: -0.1...0.1)
        for tensor in shape.tensors(mix) {
            let tile: GGUFTile
            switch tensor.role {
            case .norm: tile = norm
            case .bias: tile = bias
            case .matrix(let format):
                tile = tiles[format] ?? Self.tile(format, in: -spread...spread)
                tiles[format] = tile
            }
            writer.addTensor(tensor.name, dimensions: tensor.dimensions, repeating: tile)
        }
        return writer
    }

    private static func tile(_ format: BlockFormat, in range: ClosedRange<Float>) -> GGUFTile {
        var random = RandomSource(seed: 0x9e37_79b9_7f4a_7c15)
        let values = (0..<tileValues).map { _ in
            range.lowerBound + (range.upperBound - range.lowerBound) * Float(random.next()) * 0x1p-24
        }
        return GGUFTile(format: format, bytes: format.quantize(values))
    }
}
