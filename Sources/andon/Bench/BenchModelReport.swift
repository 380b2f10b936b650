import Inference
import VulkanCompute

/// What `andon bench model` measured, as `--json` gives it.
struct BenchModelReport: Encodable {
    /// What was measured, and on what.
    struct Setting {
        let model: String
        let device: DeviceDescription
        let memory: MemoryPlan
        let layers: Int
        let promptTokens: Int
        let newTokens: Int
    }

    struct Load {
        let ms: Double
        let bytesPerSecond: Double
    }

    struct FirstToken: Encodable {
        let promptTokens: Int
        let ms: Spread?
        let skipped: String?

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case ms, skipped
        }
    }

    struct Batch: Encodable {
        let texts: Int
        let tokensPerSecond: Spread

        enum CodingKeys: String, CodingKey {
            case texts
            case tokensPerSecond = "tokens_per_second"
        }
    }

    struct Kernel: Encodable {
        let kernel: String
        let kind: String
        let pass: String
        let columns: Int
        let contextTokens: Int?
        let countPerPass: Int
        let medianUs: Double
        let bytes: Int
        let bytesPerSecond: Double
        let fractionOfPeak: Double

        enum CodingKeys: String, CodingKey {
            case kernel, kind, pass, columns, bytes
            case contextTokens = "context_tokens"
            case countPerPass = "count_per_pass"
            case medianUs = "median_us"
            case bytesPerSecond = "bytes_per_second"
            case fractionOfPeak = "fraction_of_peak"
        }

        init(_ figure: KernelFigure, peak: Double) {
            kernel = figure.label
            kind = figure.kind.rawValue
            pass = figure.isPrompt ? "prompt" : "step"
            columns = figure.columns
            contextTokens = figure.contextTokens
            countPerPass = figure.countPerPass
            medianUs = figure.medianNs / 1000
            bytes = figure.movedBytes
            bytesPerSecond = figure.bytesPerSecond
            fractionOfPeak = figure.bytesPerSecond / peak
        }
    }

    let model: String
    let device: String
    let deviceKind: String
    let driver: String
    let layers: Int
    let promptTokens: Int
    let newTokens: Int
    let weightBytes: Int
    let bytesPerToken: Int
    let loadMs: Double
    let loadBytesPerSecond: Double
    let prefillTokensPerSecond: Spread
    let decodeTokensPerSecond: Spread
    let firstToken: Spread
    let firstTokens: [FirstToken]
    let batches: [Batch]
    let cpuMsPerToken: Spread
    let dispatchesPerToken: Int
    let dispatchesPerLayer: Double
    let dispatchUs: Double
    let submissionUs: Double
    let decodeBytesPerSecond: Double
    /// Of a plain copy on the same device in the same run, reads and writes together.
    let peakBytesPerSecond: Double
    let fractionOfPeak: Double
    let kernels: [Kernel]
    let kernelsSkipped: [String]
    var plan: BenchModelPlan?

    enum CodingKeys: String, CodingKey {
        case model, device, driver, layers, batches, kernels, plan
        case deviceKind = "device_kind"
        case promptTokens = "prompt_tokens"
        case newTokens = "new_tokens"
        case weightBytes = "weight_bytes"
        case bytesPerToken = "weight_bytes_per_token"
        case loadMs = "load_ms"
        case loadBytesPerSecond = "load_bytes_per_second"
        case prefillTokensPerSecond = "prefill_tokens_per_second"
        case decodeTokensPerSecond = "decode_tokens_per_second"
        case firstToken = "first_token_ms"
        case firstTokens = "first_tokens"
        case cpuMsPerToken = "cpu_ms_per_token"
        case dispatchesPerToken = "dispatches_per_token"
        case dispatchesPerLayer = "dispatches_per_layer"
        case dispatchUs = "dispatch_us"
        case submissionUs = "submission_us"
        case decodeBytesPerSecond = "decode_bytes_per_second"
        case peakBytesPerSecond = "peak_bytes_per_second"
        case fractionOfPeak = "fraction_of_peak"
        case kernelsSkipped = "kernels_skipped"
    }

    init(
        _ setting: Setting, load: Load, bandwidth: Bandwidth, overhead: LaunchOverhead, dispatches: DispatchCounts,
        generation: GenerationFigures, kernels figures: KernelFigures
    ) {
        model = setting.model
        device = setting.device.name
        deviceKind = setting.device.kind.rawValue
        driver = setting.device.driver
        layers = setting.layers
        promptTokens = setting.promptTokens
        newTokens = setting.newTokens
        weightBytes = setting.memory.weightBytes
        bytesPerToken = setting.memory.readPerTokenBytes
        loadMs = load.ms
        loadBytesPerSecond = load.bytesPerSecond
        prefillTokensPerSecond = Spread(generation.prefillTokensPerSecond)
        decodeTokensPerSecond = Spread(generation.decodeTokensPerSecond)
        firstToken = Spread(generation.firstTokenMs)
        firstTokens = generation.firstTokens.map {
            FirstToken(
                promptTokens: $0.promptTokens, ms: $0.ms.isEmpty ? nil : Spread($0.ms), skipped: $0.skipped)
        }
        batches = generation.batches.map { Batch(texts: $0.texts, tokensPerSecond: Spread($0.tokensPerSecond)) }
        cpuMsPerToken = Spread(generation.decodeCPUMsPerToken)
        dispatchesPerToken = dispatches.perToken
        dispatchesPerLayer = dispatches.perLayer
        dispatchUs = overhead.dispatchNs / 1000
        submissionUs = overhead.submissionNs / 1000
        let peak = bandwidth.bytesPerSecond
        decodeBytesPerSecond = decodeTokensPerSecond.median * Double(bytesPerToken)
        peakBytesPerSecond = peak
        fractionOfPeak = decodeBytesPerSecond / peak
        kernels = figures.kernels.map { Kernel($0, peak: peak) }
        kernelsSkipped = figures.skipped
    }
}
