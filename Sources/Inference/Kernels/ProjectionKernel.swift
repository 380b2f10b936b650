import VulkanCompute

/// Queries, keys and values in one dispatch: RMS norm, products, biases, rotation by the columns' positions, and keys and
/// values into the paged cache as float16.
///
/// One kernel for each weight format among the three; for any number of columns, meant for 1 to 32. The cache is laid
/// out as `include/blocks.glsl` says.
struct ProjectionKernel {
    /// Rows of a matrix, in this order; each a whole number of heads, perhaps none.
    struct Rows: Equatable {
        var queries = 0
        var keys = 0
        var values = 0
    }

    private struct Push: BitwiseCopyable {
        var rows: UInt32
        var units: UInt32
        var count: UInt32
        var epsilon: Float
        var queryRows: UInt32
        var keyRows: UInt32
        var blocksPerSlot: UInt32
    }

    private let matrix: DeviceMatrix
    private let rows: Rows
    private let norm: FoldedNorm
    private let bias: DeviceBuffer?
    private let rotate: RotaryCacheKernel
    private let product: FewColumnProduct

    /// - Parameters:
    ///   - rows: of the matrix; their sum is the matrix's.
    ///   - bias: float32, as many as the matrix has rows.
    ///   - rotate: whose table, shape and pairs the rotation takes.
    /// - Returns: `nil` for a matrix that the device's binding limit has split, so that a head's rows may lie apart, and
    ///   where ``isUsed(_:cacheFormat:profile:)`` says no.
    init?(
        _ library: KernelLibrary, matrix: DeviceMatrix, rows: Rows, bias: DeviceBuffer?, norm: FoldedNorm,
        rotate: RotaryCacheKernel
    ) {
        guard matrix.parts.count == 1,
            Self.isUsed(rotate.rotary, cacheFormat: rotate.shape.cacheFormat, profile: library.profile)
        else { return nil }
        precondition(rows.queries + rows.keys + rows.values == matrix.rows, "every row of the matrix has a use")
        precondition(rotate.shape.headSize % 8 == 0, "pairs lie in groups of four")
        self.matrix = matrix
        self.rows = rows
        self.bias = bias
        self.norm = norm
        self.rotate = rotate
        product = FewColumnProduct(
            library, .rotary, matrix: matrix, hasNorm: true,
            constants: [
                bias == nil ? 0 : 1, rotate.shape.headSize, rotate.shape.kvHeads,
                rotate.rotary.pairing == .neighbours ? 1 : 0,
            ])
    }

    /// Whether a model's steps take this kernel: not with a norm of each head or a cache that is quantized in blocks, which
    /// take more of a head than a pair, on lanes without a neighbour, or where the profile has turned it off.
    static func isUsed(_ rotary: RotaryShape, cacheFormat: CacheFormat, profile: KernelProfile) -> Bool {
        profile.lanes % 2 == 0 && rotary.headNormEpsilon == nil && cacheFormat == .float16
            && profile.uses(.fusedProjections)
    }

    /// The kernel of one format among a layer's three matrices.
    init?(_ library: KernelLibrary, group: JoinedMatrices.Group, norm: FoldedNorm, rotate: RotaryCacheKernel) {
        self.init(
            library, matrix: group.matrix,
            rows: Rows(queries: group.rows[0], keys: group.rows[1], values: group.rows[2]), bias: group.bias,
            norm: norm, rotate: rotate)
    }

    /// - Parameters:
    ///   - input: the activations before the norm.
    ///   - queries: rows of all query heads; written if the matrix has them.
    ///   - keys: this layer's part of the cache, written if the matrix has keys; so too `values`.
    func record(
        _ recorder: CommandRecorder, from input: BufferSlice, columns: PassColumns, queries: BufferSlice,
        keys: DeviceBuffer, values: DeviceBuffer
    ) throws {
        // A kernel without some of the rows binds a buffer of its own in their place, so that the kernels of one layer
        // do not wait for each other.
        let cacheBytes = rotate.shape.positionBytes * columns.count
        let targets: [(rows: Int, binding: Binding)] = [
            (rows.queries, .write(queries)), (rows.keys, .write(keys.slice(), moved: cacheBytes)),
            (rows.values, .write(values.slice(), moved: cacheBytes)),
        ]
        guard let own = targets.first(where: { $0.rows > 0 })?.binding else { return }
        let push = Push(
            rows: UInt32(matrix.rows), units: UInt32(matrix.units), count: UInt32(columns.count),
            epsilon: norm.epsilon, queryRows: UInt32(rows.queries), keyRows: UInt32(rows.keys),
            blocksPerSlot: UInt32(rotate.shape.blocksPerSlot))
        let inputs: [Binding] = [
            .read(input), .read(norm.weight.slice()), .read(bias?.slice() ?? input),
            .read(rotate.table.slice(), moved: rotate.shape.angleBytes * columns.count),
        ]
        try product.record(
            recorder, rows: matrix.rows, count: columns.count,
            bindings: matrix.parts[0].bindings + inputs + targets.map { $0.rows > 0 ? $0.binding : own }
                + [.read(columns.states), .read(columns.blockTable, moved: columns.count * 4)],
            push: push)
    }
}
