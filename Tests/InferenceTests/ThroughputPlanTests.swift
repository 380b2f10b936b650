import Testing

@testable import Inference

@Suite("the plan for a card that is not at hand")
struct ThroughputPlanTests {
    private static let card = GraphicsCard(
        name: "a-card", deviceName: "A Card", bandwidth: 500e9, usableBytes: 8 << 30, matrixRate: 100e12,
        floatRate: 20e12)
    private static let counts = DispatchCounts(perToken: 200, perLayer: 6, perPromptBatch: 300)

    private static func model(operations: Double = 10e9) -> ThroughputPlan.Model {
        ThroughputPlan.Model(
            readPerTokenBytes: 4_000_000_000, cacheBytesPerToken: 50_000, operationsPerToken: operations,
            dispatches: counts, batchSize: 256)
    }

    /// A copy moves 400 GB/s, products 200 GB/s, attention 100 GB/s.
    private static var assumed: PlanAssumptions {
        var assumed = PlanAssumptions.standard
        assumed.copyShare = .init(0.8, "test")
        assumed.productShare = .init(0.5, "test")
        assumed.attentionShare = .init(0.25, "test")
        assumed.matrixShare = .init(0.5, "test")
        assumed.floatShare = .init(0.4, "test")
        assumed.dispatchNs = .init(10_000, "test")
        assumed.submissionNs = .init(200_000, "test")
        return assumed
    }

    private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < expected * 1e-3 }

    @Test("a token takes its weights, the cache before it and its dispatches: 20 + 0.8 + 2 + 0.2 ms")
    func decode() {
        let plan = ThroughputPlan(Self.model(), on: Self.card, Self.assumed)
        #expect(plan.decode.map(\.contextTokens) == [0, 1600])
        #expect(isNear(plan.decode[0].tokensPerSecond, 1000 / 22.2))
        #expect(isNear(plan.decode[1].tokensPerSecond, 1000 / 23.0))
    }

    @Test("a prompt takes arithmetic, 51.2 ms a batch of 256 with matrices and 320 without, and 3.2 ms of starting")
    func prefill() {
        let plan = ThroughputPlan(Self.model(), on: Self.card, Self.assumed)
        #expect(isNear(plan.prefillTokensPerSecond, 256 / 0.0544))
        #expect(isNear(plan.prefillWithoutMatricesTokensPerSecond, 256 / 0.3232))
    }

    @Test("a batch of little arithmetic takes as long as reading the weights: 20 ms")
    func prefillBoundByWeights() {
        let plan = ThroughputPlan(Self.model(operations: 1e9), on: Self.card, Self.assumed)
        #expect(isNear(plan.prefillTokensPerSecond, 256 / 0.0232))
    }

    @Test("a 7B Q4_K_M takes 13.05 GFLOP for each token of a prompt")
    func operations() throws {
        let footprint = try MemoryPlanTests.footprint("qwen2.5-7b-q4_k_m")
        #expect((13.04e9...13.06e9).contains(footprint.operationsPerPromptToken))
        let tied = try MemoryPlanTests.footprint("qwen2.5-0.5b-q8_0")
        #expect(isNear(tied.operationsPerPromptToken, 2 * Double(tied.weightCount - 151_936 * 896)))
    }

    @Test(
        "without losses a 7B Q4_K_M decodes at the limit of the bandwidth",
        arguments: [("rtx-4060", 62.2, 61.0), ("rtx-4090", 230.6, 225.9), ("h200", 1098, 1076)])
    func limits(card: String, start: Double, later: Double) throws {
        var ideal = PlanAssumptions.standard
        for share in [\PlanAssumptions.copyShare, \.productShare, \.attentionShare] {
            ideal[keyPath: share] = .init(1, "")
        }
        for time in [\PlanAssumptions.dispatchNs, \.submissionNs] { ideal[keyPath: time] = .init(0, "") }
        let model = ThroughputPlan.Model(
            try MemoryPlanTests.footprint("qwen2.5-7b-q4_k_m"), for: MemoryDemand(contextTokens: 4096),
            dispatches: Self.counts)
        let plan = ThroughputPlan(model, on: try #require(GraphicsCard(named: card)), ideal)
        #expect(isNear(plan.decode[0].tokensPerSecond, start))
        #expect(isNear(plan.decode[1].tokensPerSecond, later))
    }

    @Test("says every number that it rests on, and where it is from")
    func assumptions() {
        let plan = ThroughputPlan(Self.model(), on: Self.card, Self.assumed)
        let text = plan.assumptions.joined(separator: "\n")
        for part in [
            "500 GB/s", "100.0 TFLOPS", "20.0 in float32", "80 % (test)", "50 % (test)", "25 % (test)", "40 % (test)",
            "200 dispatches: 10.0 us (test)", "200.0 us (test)", "4000000000 bytes", "50000 bytes", "512 tokens",
            "batches of 256",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }
}

@Suite("what a plan takes from a run")
struct PlanAssumptionsTests {
    private static func kernel(
        _ label: String, isPrompt: Bool = false, columns: Int = 1, context: Int? = nil, count: Int = 10, us: Double,
        bytes: Int
    ) -> KernelFigure {
        KernelFigure(
            label: label, isPrompt: isPrompt, columns: columns, contextTokens: context, countPerPass: count,
            medianNs: us * 1000, movedBytes: bytes)
    }

    private static let kernels = [
        // 10 times 100 MB in 100 us, of which 10 are starting, and 20 times 10 MB in 25: 1.2 GB in 1.2 ms.
        kernel("gated_units.q4_k 37888x3584", us: 100, bytes: 100_000_000),
        kernel("product_units.q4_k 3584x3584", count: 20, us: 25, bytes: 10_000_000),
        // Not of one text's step, or no product.
        kernel("product_units.q4_k 3584x3584", columns: 8, us: 1, bytes: 999_000_000),
        kernel("batch.q4_k 3584x3584", isPrompt: true, columns: 256, us: 1, bytes: 999_000_000),
        kernel("sample", us: 1, bytes: 999_000_000),
        // 50 MB in 100 us, but for starting, at the context that comes nearest to a question with its passages.
        kernel("attention_decode", context: 128, us: 11, bytes: 1),
        kernel("attention_decode", context: 1600, us: 110, bytes: 50_000_000),
        kernel("attention_decode", context: 4096, us: 11, bytes: 1),
    ]

    private static func run(
        on name: String, kernels: [KernelFigure] = kernels, promptRate: Double? = 16.52e12
    ) -> PlanAssumptions.Run {
        PlanAssumptions.Run(
            deviceName: name, deviceKind: .discrete, bandwidth: Bandwidth(bytesPerSecond: 2000e9),
            overhead: LaunchOverhead(dispatchNs: 10_000, submissionNs: 70_000), kernels: kernels,
            promptRate: promptRate)
    }

    @Test("shares of a copy's bandwidth, without the time that starting takes")
    func shares() {
        let assumed = PlanAssumptions(run: Self.run(on: "A GPU"))
        #expect(abs(assumed.productShare.value - 0.5) < 1e-9)
        #expect(abs(assumed.attentionShare.value - 0.25) < 1e-9)
        #expect(assumed.productShare.source == "measured on A GPU")
        #expect(assumed.dispatchNs.value == 10_000)
        #expect(assumed.submissionNs.value == 70_000)
        #expect(assumed.copyShare == PlanAssumptions.standard.copyShare, "this GPU's data sheet is not known")
        #expect(assumed.matrixShare == PlanAssumptions.standard.matrixShare)
        #expect(assumed.remark == nil)
    }

    @Test("shares of a known card's data sheet, of the rate that the prompt's kernels belong to")
    func knownCard() {
        let plain = PlanAssumptions(run: Self.run(on: "NVIDIA GeForce RTX 4090"))
        #expect(plain.copyShare.value == 1, "no share is over the whole")
        #expect(abs(plain.floatShare.value - 0.2) < 1e-9)
        #expect(plain.matrixShare == PlanAssumptions.standard.matrixShare)
        let matrices =
            Self.kernels + [
                Self.kernel("batch_cooperative_khr.q4_k 9x9", isPrompt: true, columns: 256, us: 1, bytes: 1)
            ]
        let fast = PlanAssumptions(run: Self.run(on: "NVIDIA GeForce RTX 4090", kernels: matrices))
        #expect(abs(fast.matrixShare.value - 0.1) < 1e-9)
        #expect(fast.floatShare == PlanAssumptions.standard.floatShare)
        let short = Self.run(on: "NVIDIA GeForce RTX 4090", kernels: matrices, promptRate: nil)
        #expect(PlanAssumptions(run: short).matrixShare == PlanAssumptions.standard.matrixShare)
    }

    @Test("nothing from a CPU driver, and says so")
    func cpuDriver() {
        var run = Self.run(on: "llvmpipe")
        run = PlanAssumptions.Run(
            deviceName: run.deviceName, deviceKind: .cpu, bandwidth: run.bandwidth, overhead: run.overhead,
            kernels: run.kernels, promptRate: run.promptRate)
        var assumed = PlanAssumptions(run: run)
        #expect(assumed.remark?.contains("llvmpipe") == true)
        assumed.remark = nil
        #expect(assumed == .standard)
    }

    @Test("of a run without kernels, only what it costs to start them")
    func noKernels() {
        let assumed = PlanAssumptions(run: Self.run(on: "NVIDIA GeForce RTX 4090", kernels: []))
        #expect(assumed.productShare == PlanAssumptions.standard.productShare)
        #expect(assumed.attentionShare == PlanAssumptions.standard.attentionShare)
        #expect(assumed.matrixShare == PlanAssumptions.standard.matrixShare)
        #expect(assumed.dispatchNs.value == 10_000)
    }
}
