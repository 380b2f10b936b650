import VulkanCompute

/// Runs passes of a model: parts of prompts and steps of several texts, with commands that are recorded once.
final class PassRunner {
    /// One token of a step.
    struct Column {
        let token: Int32
        let position: Int
        let slot: Int
        let sampling: Sampling
        let isMasked: Bool
    }

    /// What a recorded step is good for.
    private struct StepKind: Hashable {
        let columns: Int
        let splits: Int
    }

    /// Called before each pass; tests let the device fail there.
    var faultPoint: ((Pass) throws -> Void)?

    private let device: ComputeDevice
    private let decoder: DecoderModel
    private let buffers: StepBuffers
    private let sampler: SampleKernel
    let splits: AttentionSplits
    private let batchSize: Int
    private var steps: [StepKind: CommandBuffer] = [:]
    /// A whole batch of a prompt after which more follows.
    private var wholeBatch: CommandBuffer?

    init(
        _ decoder: DecoderModel, library: KernelLibrary, buffers: StepBuffers, batchSize: Int
    ) throws {
        device = library.device
        self.decoder = decoder
        self.buffers = buffers
        self.batchSize = batchSize
        splits = AttentionSplits(profile: library.profile)
        sampler = try SampleKernel(library, vocabularyCount: decoder.shape.vocabularyCount)
    }

    /// Evaluates a part of a prompt.
    ///
    /// - Parameters:
    ///   - tokens: at most the batch size.
    ///   - sampling: how the next token is drawn; `nil` if none is wanted.
    ///   - isMasked: whether the mask of column 0 holds.
    /// - Returns: the next token's id, ``SampleKernel/none`` if there is none; `nil` if none was asked for.
    func prompt(
        _ tokens: ArraySlice<Int32>, from position: Int, slot: Int, sampling: Sampling?, isMasked: Bool = false
    ) throws -> UInt32? {
        try faultPoint?(.prompt)
        for (index, token) in tokens.enumerated() {
            let state = ColumnState(
                position: position + index, slot: slot, sampling: sampling ?? Sampling(), isMasked: isMasked)
            try buffers.write(token, state: state, column: index)
        }
        if sampling == nil, tokens.count == batchSize {
            let columns = buffers.columns(count: batchSize, splits: 1)
            let commands = try wholeBatch ?? record(.prompt, columns, choices: 0)
            wholeBatch = commands
            try device.run(commands)
        } else {
            let columns = buffers.columns(count: tokens.count, splits: 1)
            try device.run(record(.prompt, columns, choices: sampling == nil ? 0 : 1))
        }
        return sampling == nil ? nil : try buffers.readChoices(count: 1).first
    }

    /// Evaluates one token of each of several texts, and chooses the next of each.
    func step(_ columns: [Column]) throws -> [UInt32] {
        try faultPoint?(.step)
        var length = 1
        for (index, column) in columns.enumerated() {
            let state = ColumnState(
                position: column.position, slot: column.slot, sampling: column.sampling, isMasked: column.isMasked)
            try buffers.write(column.token, state: state, column: index)
            length = max(length, column.position + 1)
        }
        let kind = StepKind(columns: columns.count, splits: splits.bucket(length: length))
        let commands =
            try steps[kind]
            ?? record(.step, buffers.columns(count: kind.columns, splits: kind.splits), choices: kind.columns)
        steps[kind] = commands
        try device.run(commands)
        return try buffers.readChoices(count: columns.count)
    }

    /// Records a pass, for running it any number of times.
    ///
    /// - Parameters:
    ///   - columns: of ``StepBuffers/columns(count:splits:)``.
    ///   - choices: how many of the last columns choose a token.
    ///   - layers: the only ones that the pass goes through, for measurements; all if left out.
    ///   - timesDispatches: for measurements.
    func record(
        _ pass: Pass, _ columns: PassColumns, choices: Int, layers: [Int]? = nil, timesDispatches: Bool = false
    ) throws -> CommandBuffer {
        let recorder = try CommandRecorder(device: device, timesDispatches: timesDispatches)
        try buffers.recordUpload(recorder, masks: choices)
        try decoder.record(
            PassRecording(recorder: recorder, pass: pass, columns: columns),
            logits: choices > 0 ? buffers.logits(count: choices) : nil, layers: layers)
        if choices > 0 {
            try sampler.record(
                recorder, logits: buffers.logits(count: choices), count: choices, first: columns.count - choices,
                states: columns.states, mask: buffers.masks(count: choices), maskBytes: buffers.maskBytes,
                into: buffers.choices(count: choices))
            try buffers.recordDownload(recorder, count: choices)
        }
        return try recorder.finish()
    }
}
