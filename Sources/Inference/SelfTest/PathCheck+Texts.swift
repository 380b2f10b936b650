import VulkanCompute

extension PathCheck {
    /// Of a cache in float16, whose rounding alone gives about 1e-7.
    private static let attentionCeiling = 1e-6

    func rotation() throws -> Deviation {
        let texts = try CachedTexts(bench, kernels: kernels, length: 40)
        try texts.fill(1, positions: 30)
        return Deviation(error: try texts.evaluate(.prompt, [Int](repeating: 1, count: 5)).queriesError, ceiling: 1e-10)
    }

    func promptAttention() throws -> Deviation {
        let (before, count) = (13, profile.lanes + 5)
        let texts = try CachedTexts(bench, kernels: kernels, length: before + count)
        try texts.fill(0, positions: before)
        return Deviation(
            error: try texts.evaluate(.prompt, [Int](repeating: 0, count: count)).attentionError,
            ceiling: Self.attentionCeiling)
    }

    /// One short text, and one that is as long as one workgroup takes, or longer than that.
    func stepAttention(isSplit: Bool) throws -> Deviation {
        let positions = AttentionSplits(profile: profile).positions
        let length = isSplit ? positions + 45 : min(positions, 77)
        let texts = try CachedTexts(bench, kernels: kernels, length: length)
        try texts.fill(0, positions: length - 1)
        try texts.fill(1, positions: 3)
        return Deviation(error: try texts.evaluate(.step, [1, 0]).attentionError, ceiling: Self.attentionCeiling)
    }

    /// The share of wrong choices; of draws some may differ, since a device's logarithm may tip a close one.
    func sampling() throws -> Deviation {
        let (vocabulary, count) = (1003, PassColumns.maximumOfStep)
        let words = groupCount(vocabulary, of: 32)
        var random = RepeatableRandom(seed: 7)
        let logits = random.floats(vocabulary * count, in: -4...4)
        let masks: [UInt32] = (0..<words * count).map { _ in UInt32.random(in: 0 ... .max, using: &random) }
        let settings = [
            Sampling(), Sampling(temperature: 0.8, seed: 1 << 40), Sampling(temperature: 0.7, topK: 40, seed: 2),
            Sampling(temperature: 0.9, topK: 300, topP: 0.6, seed: 3),
        ]
        let states = (0..<count).map { column in
            ColumnState(position: column, sampling: settings[column % 4], isMasked: column / 4 % 2 == 0)
        }
        let kernel = try SampleKernel(library, vocabularyCount: vocabulary)
        let (logitsBuffer, maskBuffer, stateBuffer) = (
            try bench.activations(logits, rows: vocabulary, tokens: count), try bench.upload(masks),
            try bench.upload(states)
        )
        let result = try bench.output(bytes: count * 4)
        try bench.run {
            try kernel.record(
                $0, logits: logitsBuffer.slice(), count: count, states: stateBuffer.slice(),
                mask: maskBuffer.slice(), maskBytes: words * 4, into: result.slice())
        }
        let chosen = try bench.read(result, UInt32.self, count: count)
        var (wrongDraws, draws) = (0, 0)
        for (column, state) in states.enumerated() {
            let expected = SampleKernel.reference(
                logits: Array(logits[column * vocabulary..<(column + 1) * vocabulary]),
                mask: state.flags == 0 ? nil : Array(masks[column * words..<(column + 1) * words]), state: state)
            let isDraw = state.inverseTemperature > 0
            if chosen[column] != expected, !isDraw { return Deviation(error: 1, ceiling: 0.1) }
            draws += isDraw ? 1 : 0
            wrongDraws += chosen[column] == expected ? 0 : 1
        }
        return Deviation(error: Double(wrongDraws) / Double(draws), ceiling: 0.1)
    }
}
