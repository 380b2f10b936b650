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
        let isMasked: Bool
    }

    /// The commands of a pass; where masks restrict its choice, that is apart, so that they are worked out meanwhile.
    private struct Recorded {
        let pass: CommandBuffer
        var choice: CommandBuffer?
    }

    /// Called before each pass; tests let the device fail there.
    var faultPoint: ((Pass) throws -> Void)?

    private let device: ComputeDevice
    private let decoder: DecoderModel
    private let buffers: StepBuffers
    private let sampler: SampleKernel
    let splits: AttentionSplits
    private let batchSize: Int
    private var steps: [StepKind: Recorded] = [:]
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
    ///   - mask: writes the mask of column 0 while the device evaluates; `nil` allows every token.
    /// - Returns: the next token's id, ``SampleKernel/none`` if there is none; `nil` if none was asked for.
    func prompt(
        _ tokens: ArraySlice<Int32>, from position: Int, slot: Int, sampling: Sampling?,
        mask: (() throws -> Void)? = nil
    ) throws -> UInt32? {
        try faultPoint?(.prompt)
        for (index, token) in tokens.enumerated() {
            let state = ColumnState(
                position: position + index, slot: slot, sampling: sampling ?? Sampling(), isMasked: mask != nil)
            try buffers.write(token, state: state, column: index)
        }
        if sampling == nil, tokens.count == batchSize {
            let columns = buffers.columns(count: batchSize, splits: 1)
            let commands = try wholeBatch ?? record(.prompt, columns, choices: 0)
            wholeBatch = commands
            try device.run(commands)
        } else {
            let columns = buffers.columns(count: tokens.count, splits: 1)
            try run(
                recorded(.prompt, columns, choices: sampling == nil ? 0 : 1, isMasked: mask != nil), meanwhile: mask)
        }
        return sampling == nil ? nil : try buffers.readChoices(count: 1).first
    }

    /// Evaluates one token of each of several texts, and chooses the next of each.
    ///
    /// - Parameter masks: writes the masks of the columns that have one while the device evaluates; `nil` if none has.
    func step(_ columns: [Column], masks: (() throws -> Void)? = nil) throws -> [UInt32] {
        try faultPoint?(.step)
        var length = 1
        for (index, column) in columns.enumerated() {
            let state = ColumnState(
                position: column.position, slot: column.slot, sampling: column.sampling, isMasked: column.isMasked)
            try buffers.write(column.token, state: state, column: index)
            length = max(length, column.position + 1)
        }
        let kind = StepKind(
            columns: columns.count, splits: splits.bucket(length: length), isMasked: masks != nil)
        let commands =
            try steps[kind]
            ?? recorded(
                .step, buffers.columns(count: kind.columns, splits: kind.splits), choices: kind.columns,
                isMasked: kind.isMasked)
        steps[kind] = commands
        try run(commands, meanwhile: masks)
        return try buffers.readChoices(count: columns.count)
    }

    private func run(_ commands: Recorded, meanwhile work: (() throws -> Void)?) throws {
        if let choice = commands.choice {
            try device.run(commands.pass, meanwhile: work ?? {}, then: choice)
        } else {
            try device.run(commands.pass)
        }
    }

    private func recorded(_ pass: Pass, _ columns: PassColumns, choices: Int, isMasked: Bool) throws -> Recorded {
        guard isMasked else { return Recorded(pass: try record(pass, columns, choices: choices)) }
        let recorder = try CommandRecorder(device: device)
        try recordEvaluation(recorder, pass, columns, choices: choices)
        let commands = try recorder.finish()
        let choosing = try CommandRecorder(device: device)
        try recordChoice(choosing, columns, choices: choices)
        return Recorded(pass: commands, choice: try choosing.finish())
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
        try recordEvaluation(recorder, pass, columns, choices: choices, layers: layers)
        if choices > 0 { try recordChoice(recorder, columns, choices: choices) }
        return try recorder.finish()
    }

    private func recordEvaluation(
        _ recorder: CommandRecorder, _ pass: Pass, _ columns: PassColumns, choices: Int, layers: [Int]? = nil
    ) throws {
        try buffers.recordUpload(recorder)
        try decoder.record(
            PassRecording(recorder: recorder, pass: pass, columns: columns),
            logits: choices > 0 ? buffers.logits(count: choices) : nil, layers: layers)
    }

    private func recordChoice(_ recorder: CommandRecorder, _ columns: PassColumns, choices: Int) throws {
        try buffers.recordMaskUpload(recorder, count: choices)
        try sampler.record(
            recorder, logits: buffers.logits(count: choices), count: choices, first: columns.count - choices,
            states: columns.states, mask: buffers.masks(count: choices), maskBytes: buffers.maskBytes,
            into: buffers.choices(count: choices))
        try buffers.recordDownload(recorder, count: choices)
    }
}
