import GGUF
import VulkanCompute

extension PathCheck {
    /// Of float32 sums in another order over weights that both sides share.
    private static let sumCeiling = 1e-10
    /// Of float16 factors, whose rounding alone gives about 1e-7.
    private static let halfCeiling = 1e-6
    /// Of sums that go through the exponential function, which a device may give to some units in the last place.
    private static let gateCeiling = 1e-9

    /// A number of columns of which a kernel takes so many at once, and not in whole groups where that is possible.
    private func count(atOnce columns: Int) -> Int {
        columns == profile.productColumns ? columns + 1 : max(columns - 1, columns / 2 + 1)
    }

    func fewColumns(_ product: KernelPath.Product, atOnce columns: Int) throws -> Deviation {
        Deviation(
            error: try error(
                of: product, .step, rows: profile.productRowsPerWorkgroup + 5, units: profile.lanes + 3,
                count: count(atOnce: columns)),
            ceiling: Self.sumCeiling)
    }

    func batch(_ product: KernelPath.Product) throws -> Deviation {
        Deviation(
            error: try error(
                of: product, .prompt, rows: profile.batchRows + 5, units: 5, count: profile.batchColumns + 3),
            ceiling: BatchProduct.shape(library, format: product.format) == nil ? Self.sumCeiling : Self.halfCeiling)
    }

    private func error(
        of product: KernelPath.Product, _ pass: Pass, rows: Int, units: Int, count: Int
    ) throws -> Double {
        let (matrix, weights) = try matrix(product.format, rows: rows, units: units)
        var random = RepeatableRandom(seed: 3)
        let input = random.floats(matrix.columns * count, in: -3...3)
        let (gain, bias) = (random.floats(matrix.columns), random.floats(rows))
        let residual = random.floats(rows * count)
        let kernel = try MatrixKernel(
            library, matrix: matrix, bias: product.hasBias ? bench.upload(bias + [0, 0, 0]) : nil,
            addsResidual: product.addsResidual,
            norm: product.hasNorm ? FoldedNorm(weight: bench.upload(gain), epsilon: Self.epsilon) : nil)
        let x = try bench.activations(input, rows: matrix.columns, tokens: count)
        let added = try bench.activations(residual, rows: rows, tokens: count)
        let result = try bench.activationOutput(rows: rows, tokens: count)
        try bench.run {
            try kernel.record(
                $0, pass, from: x.slice(), tokens: count, residual: product.addsResidual ? added.slice() : nil,
                into: result.slice())
        }
        let normed =
            product.hasNorm
            ? RMSNormKernel.reference(input: input, size: matrix.columns, epsilon: Self.epsilon, weight: gain) : input
        let expected = MatrixKernel.reference(
            weights: weights, rows: rows, columns: matrix.columns, input: normed, tokens: count,
            bias: product.hasBias ? bias : nil, residual: product.addsResidual ? residual : nil)
        return nmse(try bench.readActivations(result, rows: rows, tokens: count), expected)
    }

    func gates(_ format: BlockFormat, atOnce columns: Int) throws -> Deviation {
        let (rows, count) = (profile.productRowsPerWorkgroup + 10, count(atOnce: columns))
        let (matrix, weights) = try matrix(format, rows: rows, units: profile.lanes + 3)
        var random = RepeatableRandom(seed: 4)
        let (input, gain) = (random.floats(matrix.columns * count, in: -3...3), random.floats(matrix.columns))
        let norm = FoldedNorm(weight: try bench.upload(gain), epsilon: Self.epsilon)
        guard let kernel = GatedKernel(library, matrix: matrix, norm: norm) else { return .notTaken }
        let x = try bench.activations(input, rows: matrix.columns, tokens: count)
        let result = try bench.activationOutput(rows: rows / 2, tokens: count)
        try bench.run { try kernel.record($0, from: x.slice(), count: count, into: result.slice()) }
        let expected = GatedKernel.reference(
            weights: weights, rows: rows, columns: matrix.columns, input: input, tokens: count, normWeight: gain,
            epsilon: Self.epsilon)
        return Deviation(
            error: nmse(try bench.readActivations(result, rows: rows / 2, tokens: count), expected),
            ceiling: Self.gateCeiling)
    }

    /// One head each of queries, keys and values.
    func projection(_ format: BlockFormat, atOnce columns: Int) throws -> Deviation {
        let (size, count) = (kernels.attention.headSize, count(atOnce: columns))
        let block = AttentionShape.blockPositions
        let shape = AttentionShape(
            heads: kernels.attention.heads, kvHeads: kernels.attention.kvHeads, headSize: size, context: 2 * block)
        let (matrix, weights) = try matrix(format, rows: 3 * size, units: profile.lanes + 3)
        var random = RepeatableRandom(seed: 5)
        let (input, gain) = (random.floats(matrix.columns * count, in: -3...3), random.floats(matrix.columns))
        let bias = random.floats(3 * size)
        let table = RotaryCacheKernel.makeTable(shape: shape, rotary: kernels.rotary)
        let rotate = try RotaryCacheKernel(
            library, shape: shape, rotary: kernels.rotary, table: bench.upload(table))
        guard
            let kernel = try ProjectionKernel(
                library, matrix: matrix, rows: ProjectionKernel.Rows(queries: size, keys: size, values: size),
                bias: kernels.hasBias ? bench.upload(bias) : nil,
                norm: FoldedNorm(weight: bench.upload(gain), epsilon: Self.epsilon), rotate: rotate)
        else { return .notTaken }
        // One text whose blocks lie the other way round; its columns stand on both.
        let positions = (0..<count).map { block - count / 2 + $0 }
        let states = try bench.upload(positions.map { ColumnState(position: $0) })
        let blocks: [UInt32] = [1, 0]
        let columns = PassColumns(
            count: count, tokens: states.slice(), states: states.slice(), blockTable: try bench.upload(blocks).slice())
        let x = try bench.activations(input, rows: matrix.columns, tokens: count)
        let queries = try bench.activationOutput(rows: size, tokens: count)
        let (keys, values) = (try bench.output(bytes: shape.cacheBytes), try bench.output(bytes: shape.cacheBytes))
        try bench.run {
            try kernel.record(
                $0, from: x.slice(), columns: columns, queries: queries.slice(), keys: keys, values: values)
        }
        let sums = MatrixKernel.reference(
            weights: weights, rows: 3 * size, columns: matrix.columns,
            input: RMSNormKernel.reference(
                input: input, size: matrix.columns, epsilon: Self.epsilon, weight: gain),
            tokens: count, bias: kernels.hasBias ? bias : nil)
        func head(_ part: Int, of column: Int) -> [Float] {
            let start = (column * 3 + part) * size
            let head = Array(sums[start..<start + size])
            return part == 2
                ? head : RotaryCacheKernel.reference(head: head, position: positions[column], rotary: kernels.rotary)
        }
        func cached(_ cache: DeviceBuffer) throws -> [Float] {
            let all = try bench.read(cache, Float16.self, count: shape.cacheBytes / 2)
            return positions.flatMap { position in
                let row = Int(blocks[position / block]) * shape.kvHeads * block + position % block
                return all[row * size..<(row + 1) * size].map(Float.init)
            }
        }
        let rotated = Deviation(
            error: nmse(
                try bench.readActivations(queries, rows: size, tokens: count),
                (0..<count).flatMap { head(0, of: $0) }), ceiling: Self.sumCeiling)
        let inCache = Deviation(
            error: nmse(
                try cached(keys) + cached(values),
                [1, 2].flatMap { part in (0..<count).flatMap { head(part, of: $0) } }),
            ceiling: Self.halfCeiling)
        return .worse(rotated, inCache)
    }
}

extension PathCheck.Deviation {
    /// Of a kernel that the model does without on this device.
    fileprivate static let notTaken = Self(error: 0, ceiling: .leastNormalMagnitude)
}
