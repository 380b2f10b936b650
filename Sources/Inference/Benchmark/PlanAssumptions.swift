import VulkanCompute

/// Which part of what a card could do this engine reaches there: what a ``ThroughputPlan`` rests on.
public struct PlanAssumptions: Sendable, Equatable {
    /// A number and where it is from.
    public struct Value: Sendable, Equatable {
        public let value: Double
        /// As a half sentence: `measured on …`, `assumed: …`.
        public let source: String

        init(_ value: Double, _ source: String) {
            self.value = value
            self.source = source
        }
    }

    /// A copy's bandwidth, of the data sheet's.
    public var copyShare = Value(0.92, "assumed, as large copies usually reach")
    /// Products of a step, of a copy's bandwidth.
    public var productShare = Value(
        0.87, "assumed, because with the copy's share it gives 80 %, where other Vulkan engines reach 78 to 86 %")
    /// Attention of a step, of a copy's bandwidth.
    public var attentionShare = Value(0.5, "assumed")
    /// Products of a prompt, of the data sheet's rate for float16 matrices.
    public var matrixShare = Value(0.3, "assumed")
    /// The same without cooperative matrices, of the rate for float32.
    public var floatShare = Value(0.4, "assumed")
    /// Nanoseconds until a dispatch begins once the one before has ended.
    public var dispatchNs = Value(3000, "assumed")
    /// Nanoseconds that a submission takes besides.
    public var submissionNs = Value(50_000, "assumed")
    /// Where a run was no help: why not.
    public var remark: String?

    /// What is assumed where nothing was measured on a GPU.
    public static let standard = PlanAssumptions()

    private init() {}
}

extension PlanAssumptions {
    /// What a run measured.
    public struct Run: Sendable {
        public let deviceName: String
        public let deviceKind: DeviceDescription.Kind
        public let bandwidth: Bandwidth
        public let overhead: LaunchOverhead
        public let kernels: [KernelFigure]
        /// Operations a second that the evaluation of prompts came to; `nil` for prompts so short that reading the weights
        /// takes longer than arithmetic.
        public let promptRate: Double?

        public init(
            deviceName: String, deviceKind: DeviceDescription.Kind, bandwidth: Bandwidth, overhead: LaunchOverhead,
            kernels: [KernelFigure], promptRate: Double?
        ) {
            self.deviceName = deviceName
            self.deviceKind = deviceKind
            self.bandwidth = bandwidth
            self.overhead = overhead
            self.kernels = kernels
            self.promptRate = promptRate
        }
    }

    /// Takes from a run what holds for other GPUs too.
    ///
    /// A CPU driver's efficiencies say nothing about a GPU and are not taken. What a card could do at most is known of the
    /// cards in ``GraphicsCard/all`` only, so that their runs alone tell the shares of the data sheet's numbers.
    public init(run: Run) {
        self = .standard
        let name = run.deviceName
        guard [.discrete, .integrated, .virtual].contains(run.deviceKind) else {
            remark =
                "this run was on \(name), which is no GPU: how efficient kernels are there says nothing about a card"
            return
        }
        func measured(_ value: Double?) -> Value? {
            // A small model may stay in the device's caches, and then be faster than a copy of what does not.
            value.map { Value(min($0, 1), "measured on \(name)") }
        }
        dispatchNs = Value(run.overhead.dispatchNs, "measured on \(name)")
        submissionNs = Value(run.overhead.submissionNs, "measured on \(name)")
        productShare = measured(run.share(of: .product)) ?? productShare
        attentionShare = measured(run.share(of: .attention)) ?? attentionShare
        guard let card = GraphicsCard(named: name) else { return }
        copyShare = measured(run.bandwidth.bytesPerSecond / card.bandwidth) ?? copyShare
        switch run.usesMatrices {
        case true?: matrixShare = measured(run.promptRate.map { $0 / card.matrixRate }) ?? matrixShare
        case false?: floatShare = measured(run.promptRate.map { $0 / card.floatRate }) ?? floatShare
        case nil: break
        }
    }
}

extension PlanAssumptions.Run {
    /// The context at which attention's share is taken: that of a question with its passages.
    private static let contextTokens = 1600

    /// Whether a prompt's products used cooperative matrices; `nil` if none were measured.
    fileprivate var usesMatrices: Bool? {
        let products = kernels.filter { $0.isPrompt && $0.kind == .product }
        return products.isEmpty ? nil : products.contains(where: \.usesMatrices)
    }

    /// Which part of a copy's bandwidth the kernels of one text's step reach, once they have begun.
    fileprivate func share(of kind: KernelKind) -> Double? {
        let step = kernels.filter { $0.kind == kind && !$0.isPrompt && $0.columns == 1 }
        let context = step.compactMap(\.contextTokens).min {
            abs($0 - Self.contextTokens) < abs($1 - Self.contextTokens)
        }
        let chosen = step.filter { $0.contextTokens == context }
        let bytes = chosen.reduce(0.0) { $0 + Double($1.movedBytes * $1.countPerPass) }
        // Where starting is nearly all there is, a tenth of the time is left to the work, so that noise gives no wonder.
        let ns = chosen.reduce(0.0) { sum, kernel in
            sum + max(kernel.medianNs - overhead.dispatchNs, kernel.medianNs / 10) * Double(kernel.countPerPass)
        }
        guard ns > 0, bandwidth.bytesPerSecond > 0 else { return nil }
        return bytes / ns * 1e9 / bandwidth.bytesPerSecond
    }
}
