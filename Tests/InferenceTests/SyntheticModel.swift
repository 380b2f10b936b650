import GGUF
import TestSupport

/// The tiny random models behind the goldens. `Reference/reference.py` makes the same bytes from the same seeds.
enum SyntheticModel {
    /// Token ids of every shape run from 0 to one below.
    static let vocabulary = SyntheticShape.qwen2.vocabulary
    static let prompt: [Int32] = [7, 300, 41, 0, 330, 12, 99, 99, 3, 250, 17]

    /// - Parameters:
    ///   - shape: the architecture and its hyperparameters.
    ///   - change: replaces or adds metadata after the model's own.
    ///   - mixed: formats of some matrices, by the end of their names.
    ///   - expanded: stores the values that the formats stand for as F32.
    ///   - hasOutput: adds output weights of their own.
    ///   - leavingOut: a tensor that the file shall lack.
    static func make(
        _ format: BlockFormat, _ shape: SyntheticShape = .qwen2, mixed: [String: BlockFormat] = [:],
        expanded: Bool = false, hasOutput: Bool = false,
        leavingOut: String? = nil, change: (inout [String: GGUFValue]) -> Void = { _ in }
    ) throws -> TemporaryModel {
        var metadata = shape.metadata
        change(&metadata)
        return try TemporaryModel { writer in
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.add(key, value) }
            func matrix(_ name: String, rows: Int, columns: Int) {
                guard name != leavingOut else { return }
                let own = mixed.first { name.hasSuffix($0.key) }?.value ?? format
                let bytes = SyntheticWeights.matrix(
                    "\(shape.seeds[format] ?? 1)/\(name)", count: rows * columns, format: own)
                if expanded {
                    writer.addTensor(
                        name, dimensions: [columns, rows], format: .f32,
                        values: expand(bytes, count: rows * columns, format: own))
                } else {
                    writer.addTensor(name, dimensions: [columns, rows], format: own, bytes: bytes)
                }
            }
            func vector(_ name: String, size: Int, scale: Float, offset: Float) {
                guard name != leavingOut else { return }
                let values = SyntheticWeights.uniform(name, count: size, scale: scale).map { $0 + offset }
                writer.addTensor(name, dimensions: [size], format: .f32, values: values)
            }
            shape.addTensors(matrix: matrix, vector: vector)
            if hasOutput { matrix("output.weight", rows: shape.vocabulary, columns: shape.embedding) }
        }
    }

    private static func expand(_ bytes: [UInt8], count: Int, format: BlockFormat) -> [Float] {
        var values = [Float](repeating: 0, count: count)
        bytes.withUnsafeBytes { bytes in values.withUnsafeMutableBufferPointer { format.dequantize(bytes, into: $0) } }
        return values
    }
}
