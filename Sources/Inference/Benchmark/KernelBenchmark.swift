import VulkanCompute

/// Times a model's kernels, each at the shapes that the model has for it.
///
/// What runs are the model's own passes with a timestamp after each dispatch: so kernels, weights and what is in the
/// device's caches are those of real work, and no memory is needed that the model has not. On a CPU driver a pass goes
/// through one layer of each sort, on GPUs through all, since a layer alone would stay in their caches.
public struct KernelBenchmark {
    /// What is measured.
    public struct Options: Sendable {
        /// Texts of the steps, each from 1 to as many as the model was loaded for.
        public var columns = [1, 2, 4, 8, 16, 32]
        /// Tokens of a prompt's batch; at most the model's batch size is taken.
        public var promptTokens = 256
        /// Positions that attention sees; those over the context are left out.
        public var contexts = [128, 512, 1600, 4096]
        /// Runs of each pass, after one to warm up.
        public var rounds = 3
        /// A pass whose runs would take longer than this, going by the one before, is left out.
        public var patienceMs = 20_000.0

        public init() {}
    }

    /// Positions of each text where attention is not what is measured; one block of the cache.
    private static let stepLength = AttentionShape.blockPositions

    private let model: LanguageModel
    private let options: Options
    /// Those that a pass goes through.
    private let layers: [Int]

    /// - Parameter model: no texts may be under way on it.
    public init(_ model: LanguageModel, options: Options = Options()) {
        self.model = model
        self.options = options
        let all = model.decoder.layers.map(\.formats)
        layers =
            model.device.description.kind == .cpu
            ? all.indices.filter { all.firstIndex(of: all[$0]) == $0 } : Array(all.indices)
    }

    /// Measures.
    ///
    /// - Parameter progress: told which share of the passes is done.
    /// - Throws: ``ModelError`` with `.device` if the device fails or has no clock.
    public func run(progress: (Double) -> Void = { _ in }) throws(ModelError) -> KernelFigures {
        try ModelError.wrap {
            var figures = KernelFigures()
            let series = series
            let count = series.reduce(0) { $0 + $1.count }
            var done = 0
            for passes in series {
                try measure(passes, into: &figures) {
                    done += 1
                    progress(Double(done) / Double(max(count, 1)))
                }
            }
            return figures
        }
    }

    /// Passes that differ in the number of columns alone, fewest first.
    private var series: [[MeasuredPass]] {
        let columns = Set(options.columns.filter { $0 > 0 }).sorted()
        guard !columns.isEmpty else { return [] }
        let context = model.shape.contextLength
        let length = min(Self.stepLength, context)
        let promptTokens = min(options.promptTokens, model.limits.batchSize, context)
        let prompt = MeasuredPass(pass: .prompt, columns: promptTokens, length: promptTokens)
        let contexts = Set(options.contexts.filter { $0 > 0 && $0 <= context }).sorted()
        return [columns.map { MeasuredPass(pass: .step, columns: $0, length: length) }, [prompt]]
            + contexts.map { length in
                columns.map { MeasuredPass(pass: .step, columns: $0, length: length, isAttentionAlone: true) }
            }
            + contexts.filter { $0 >= promptTokens }.map { length in
                [MeasuredPass(pass: .prompt, columns: promptTokens, length: length, isAttentionAlone: true)]
            }
    }

    private func measure(_ series: [MeasuredPass], into figures: inout KernelFigures, onPass: () -> Void) throws {
        var last: (columns: Int, ms: Double)?
        for measured in series {
            defer { onPass() }
            let runs = Double(options.rounds + 1)
            if let last {
                let expectedMs = last.ms * Double(measured.columns) / Double(last.columns) * runs
                guard expectedMs <= options.patienceMs else {
                    figures.skipped.append("\(measured.name): about \(Int(expectedMs / 1000)) s")
                    continue
                }
            }
            if let (kernels, ms) = try model.withColumns(of: measured, { try time(measured, $0) }) {
                figures.kernels += kernels
                last = (measured.columns, ms)
            } else {
                figures.skipped.append("\(measured.name): no room in the cache")
            }
        }
    }

    /// - Returns: the pass's kernels, and how long its last run took.
    private func time(_ measured: MeasuredPass, _ columns: PassColumns) throws -> ([KernelFigure], ms: Double) {
        let commands = try record(measured, columns, layers)
        let isWhole = layers.count == model.shape.layerCount
        let labels =
            try (isWhole ? commands : record(measured, columns, Array(0..<model.shape.layerCount))).dispatchLabels ?? []
        let clock = ContinuousClock()
        // The first run compiles shaders, where that is the driver's way.
        try model.device.run(commands)
        var ms = 0.0
        var times: [DispatchTime] = []
        for _ in 0..<options.rounds {
            ms = try clock.measure { try model.device.run(commands) }.milliseconds
            times += try commands.dispatchTimes() ?? []
        }
        return (figures(of: measured, times, counts: Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)), ms)
    }

    private func record(
        _ measured: MeasuredPass, _ columns: PassColumns, _ layers: [Int]
    ) throws -> CommandBuffer {
        guard measured.isAttentionAlone else {
            return try model.passes.record(
                measured.pass, columns, choices: measured.pass == .step ? columns.count : 1, layers: layers,
                timesDispatches: true)
        }
        let recorder = try CommandRecorder(device: model.device, timesDispatches: true)
        try model.buffers.recordUpload(recorder)
        try model.decoder.recordAttention(
            PassRecording(recorder: recorder, pass: measured.pass, columns: columns), layers: layers)
        return try recorder.finish()
    }

    private func figures(
        of measured: MeasuredPass, _ times: [DispatchTime], counts: [String: Int]
    ) -> [KernelFigure] {
        var order: [String] = []
        for time in times where !order.contains(time.label) { order.append(time.label) }
        let byLabel = Dictionary(grouping: times, by: \.label)
        return order.compactMap { label in
            guard let times = byLabel[label], let first = times.first else { return nil }
            let isAttention = KernelKind(label: label) == .attention
            // In the whole pass texts are short; attention is measured by itself.
            guard isAttention == measured.isAttentionAlone else { return nil }
            return KernelFigure(
                label: label, isPrompt: measured.pass == .prompt, columns: measured.columns,
                contextTokens: isAttention ? measured.length : nil, countPerPass: counts[label] ?? 0,
                medianNs: median(times.map(\.nanoseconds)), movedBytes: first.movedBytes)
        }
    }
}
