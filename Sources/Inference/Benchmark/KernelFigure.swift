/// How long one kernel took at one shape.
public struct KernelFigure: Sendable, Equatable {
    /// The shader, and of a product rows and width of what a dispatch takes: `gated_units.q4_k 37888x3584`.
    public let label: String
    /// What its time goes into.
    public let kind: KernelKind
    /// Whether it was part of a prompt's evaluation, else of a step.
    public let isPrompt: Bool
    /// Tokens of the pass: of one prompt, or one of each text.
    public let columns: Int
    /// Positions that attention saw of each text; `nil` for other kernels.
    public let contextTokens: Int?
    /// How often a pass of the whole model runs it.
    public let countPerPass: Int
    /// Of all its dispatches in all rounds, by the device's clock; starting it included.
    public let medianNs: Double
    /// Weights, activations and cache that a dispatch reads and writes, each byte once.
    public let movedBytes: Int

    init(
        label: String, isPrompt: Bool, columns: Int, contextTokens: Int?, countPerPass: Int, medianNs: Double,
        movedBytes: Int
    ) {
        self.label = label
        kind = KernelKind(label: label)
        self.isPrompt = isPrompt
        self.columns = columns
        self.contextTokens = contextTokens
        self.countPerPass = countPerPass
        self.medianNs = medianNs
        self.movedBytes = movedBytes
    }

    /// Whether it multiplied with cooperative matrices.
    public var usesMatrices: Bool { label.hasPrefix(BatchProduct.cooperativePrefix) }
    /// Bytes moved a second; 0 if the clock is too coarse to tell.
    public var bytesPerSecond: Double { medianNs > 0 ? Double(movedBytes) / medianNs * 1e9 : 0 }
}

/// What the measurement of a model's kernels gives.
public struct KernelFigures: Sendable, Equatable {
    /// In the order of measurement: steps, a prompt, attention at rising contexts.
    public internal(set) var kernels: [KernelFigure] = []
    /// What was left out and why, as sentences.
    public internal(set) var skipped: [String] = []

    /// Of no measurement.
    public init() {}
}
