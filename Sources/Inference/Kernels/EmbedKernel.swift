import GGUF
import VulkanCompute

/// Gathers the embedding rows of a batch of tokens.
///
/// `y[t] = E[tokens[t]]`, dequantized to float32.
struct EmbedKernel {
    private struct Push: BitwiseCopyable {
        var firstRow: UInt32
        var rowCount: UInt32
        var units: UInt32
        var tokens: UInt32
    }

    private let pipeline: ComputePipeline
    private let matrix: DeviceMatrix
    private let workgroup: Int

    init(_ library: KernelLibrary, matrix: DeviceMatrix) throws {
        workgroup = library.profile.lanes
        self.matrix = matrix
        pipeline = try library.pipeline(
            "embed", format: matrix.format, bindings: 4, push: Push.self, workgroup: workgroup)
    }

    /// - Parameter tokens: `count` ids of 32 bits, each below the matrix's number of rows.
    func record(_ recorder: CommandRecorder, tokens: BufferSlice, count: Int, into result: BufferSlice) throws {
        for part in matrix.parts {
            let push = Push(
                firstRow: UInt32(part.firstRow), rowCount: UInt32(part.rowCount), units: UInt32(matrix.units),
                tokens: UInt32(count))
            try recorder.dispatch(
                pipeline, part.bindings(rows: count) + [.read(tokens), .write(result)], push: push,
                groups: (groupCount(matrix.units, of: workgroup), count, 1))
        }
    }

    /// The plain twin: rows of `weights`, which is row-major and dequantized.
    static func reference(weights: [Float], columns: Int, tokens: [Int]) -> [Float] {
        tokens.flatMap { weights[$0 * columns..<($0 + 1) * columns] }
    }
}
