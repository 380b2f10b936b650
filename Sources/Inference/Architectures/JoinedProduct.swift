import GGUF
import VulkanCompute

/// Matrices that share their input, on the device: neighbours of one format are joined, so that one dispatch does the
/// work of several.
struct JoinedMatrices {
    /// Neighbours of one format.
    struct Group {
        let matrix: DeviceMatrix
        let bias: DeviceBuffer?
        /// Where the group's rows begin among all.
        let firstRow: Int
        /// Rows of each of the tensors, 0 for those of other groups.
        let rows: [Int]
    }

    let groups: [Group]

    /// - Parameter tensors: matrices of one width in the order of their result's rows.
    init(_ tensors: [(weight: GGUFTensor, bias: GGUFTensor?)], of file: GGUFFile, loader: WeightLoader) throws {
        var neighbours: [Range<Int>] = []
        for index in tensors.indices {
            if let last = neighbours.last, tensors[last.lowerBound].weight.format == tensors[index].weight.format {
                neighbours[neighbours.count - 1] = last.lowerBound..<index + 1
            } else {
                neighbours.append(index..<index + 1)
            }
        }
        var firstRow = 0
        groups = try neighbours.map { members in
            let matrix = try loader.matrix(tensors[members].map(\.weight), of: file)
            let biases = tensors[members].compactMap(\.bias)
            defer { firstRow += matrix.rows }
            return Group(
                matrix: matrix, bias: biases.isEmpty ? nil : try loader.vector(biases, of: file), firstRow: firstRow,
                rows: tensors.indices.map { members.contains($0) ? tensors[$0].weight.rows : 0 })
        }
    }
}

/// Products of ``JoinedMatrices`` whose rows come out one after another.
struct JoinedProduct {
    private let kernels: [(kernel: MatrixKernel, firstRow: Int)]

    /// - Parameter norm: what is folded in; such products take steps only.
    init(_ matrices: JoinedMatrices, library: KernelLibrary, norm: FoldedNorm? = nil) throws {
        kernels = try matrices.groups.map { group in
            (try MatrixKernel(library, matrix: group.matrix, bias: group.bias, norm: norm), group.firstRow)
        }
    }

    /// - Parameter result: the rows of all matrices, one after another.
    func record(
        _ recorder: CommandRecorder, _ pass: Pass, from input: BufferSlice, tokens: Int, into result: ActivationBuffer
    ) throws {
        for (kernel, firstRow) in kernels {
            let rows = result.slice(tokens: tokens, from: firstRow, rows: kernel.matrix.rows)
            try kernel.record(recorder, pass, from: input, tokens: tokens, into: rows)
        }
    }
}
