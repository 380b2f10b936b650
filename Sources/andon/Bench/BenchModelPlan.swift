import GGUF
import Inference
import VulkanCompute

/// A prediction for a card, as `--json` gives it.
struct BenchModelPlan: Encodable {
    struct Decode: Encodable {
        let contextTokens: Int
        let tokensPerSecond: Double

        enum CodingKeys: String, CodingKey {
            case contextTokens = "context_tokens"
            case tokensPerSecond = "tokens_per_second"
        }
    }

    let card: String
    let decode: [Decode]
    let promptTokens: Int
    let prefillTokensPerSecond: Double
    let prefillWithoutMatricesTokensPerSecond: Double
    let fits: Bool
    /// Whether it fits with the standard context, and else what would.
    let memory: String
    let assumptions: [String]

    enum CodingKeys: String, CodingKey {
        case card, decode, fits, memory, assumptions
        case promptTokens = "prompt_tokens"
        case prefillTokensPerSecond = "prefill_tokens_per_second"
        case prefillWithoutMatricesTokensPerSecond = "prefill_without_matrices_tokens_per_second"
    }

    init(
        of file: GGUFFile, on card: GraphicsCard, device: DeviceDescription, bandwidth: Bandwidth,
        overhead: LaunchOverhead, dispatches: DispatchCounts, kernels: [KernelFigure],
        prefill: (tokens: Int, tokensPerSecond: Double)
    ) throws {
        let (_, footprint, demand) = try LanguageModel.plan(file: file)
        let assumed = PlanAssumptions(
            run: PlanAssumptions.Run(
                deviceName: device.name, deviceKind: device.kind, bandwidth: bandwidth, overhead: overhead,
                kernels: kernels,
                promptRate: prefill.tokens >= demand.batchSize
                    ? prefill.tokensPerSecond * footprint.operationsPerPromptToken : nil))
        let plan = ThroughputPlan(
            ThroughputPlan.Model(footprint, for: demand, dispatches: dispatches), on: card, assumed)
        let verdict = MemoryVerdict(footprint, for: demand, freeBytes: card.usableBytes)
        self.card = card.name
        decode = plan.decode.map { Decode(contextTokens: $0.contextTokens, tokensPerSecond: $0.tokensPerSecond) }
        promptTokens = ThroughputPlan.promptTokens
        prefillTokensPerSecond = plan.prefillTokensPerSecond
        prefillWithoutMatricesTokensPerSecond = plan.prefillWithoutMatricesTokensPerSecond
        fits = if case .fits = verdict { true } else { false }
        memory = verdict.advice
        assumptions = plan.assumptions
    }
}
