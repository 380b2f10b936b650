import Appliance
import ArgumentParser
import GGUF
import Inference
import Terminal
import VulkanCompute

struct BenchModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "How fast the engine reads prompts and writes tokens, whole and by kernel.",
        discussion: """
            A kernel's bandwidth is what it must move over the time it takes; the yardstick is a copy on the same device \
            in the same run. Synthetic models have random weights in the shape of a well-known model and need no file.

            Examples:
              andon bench model packaging/demo/model/andon-demo.gguf
              andon bench model model.gguf --batch 8 --no-kernels --json
              andon bench model --synthetic qwen2.5-7b-q4_k_m --plan rtx-4060
              andon bench model --synthetic qwen2.5-7b-q4_k_m -p 8 -n 2 --rounds 1
            """)

    @Argument(help: "A GGUF file.") var file: String?
    @Option(
        help: ArgumentHelp(
            """
            Random weights instead of a file: \(BenchmarkModel.shapeNames.joined(separator: ", ")), each with a \
            quantization behind it: -q4_k_m, -q8_0, …
            """, valueName: "name"))
    var synthetic: String?
    @Option(name: .short, help: "Tokens of the prompt.") var promptTokens = 512
    @Option(name: [.customShort("n")], help: "Tokens to generate, at least 2.") var newTokens = 128
    @Option(help: "Decode 2, 4, 8, … and at last so many texts together.") var batch = 1
    @Option(help: "Measured runs; one more comes before them to warm up.") var rounds = 3
    @Option(help: ArgumentHelp("Prompts whose first token is timed.", valueName: "tokens,…"))
    var firstToken: CountList = [64, 512, 1500]
    @Flag(inversion: .prefixedNo, help: "Time each kernel at each shape that the model has for it.")
    var kernels = true
    @Option(help: ArgumentHelp("Columns of the steps whose kernels are timed.", valueName: "columns,…"))
    var kernelBatches: CountList = [1, 2, 4, 8, 16, 32]
    @Option(
        help: ArgumentHelp("First tokens and kernels that would take longer are left out.", valueName: "seconds"))
    var patience = 20.0
    @Option(help: ArgumentHelp("Predict the speed on a graphics card.", valueName: "card")) var plan: GraphicsCard?
    @Option(help: "auto, a device's number or its PCI address.") var gpu = "auto"
    @Flag(help: "One JSON document.") var json = false

    /// A CPU driver takes minutes for a batch of a large model's prompt.
    private static let timeoutMs = 1_800_000
    private static let mostColumns = 32

    func validate() throws {
        guard (file == nil) != (synthetic == nil) else {
            throw ValidationError("expected a GGUF file or --synthetic, and not both")
        }
        guard (1...100_000).contains(promptTokens), (2...100_000).contains(newTokens), (1...1000).contains(rounds)
        else {
            throw ValidationError("expected -p 1 to 100000, -n 2 to 100000, --rounds 1 to 1000")
        }
        guard (1...Self.mostColumns).contains(batch), kernelBatches.counts.allSatisfy({ $0 <= Self.mostColumns })
        else {
            throw ValidationError("expected --batch and --kernel-batches from 1 to \(Self.mostColumns)")
        }
        guard patience >= 0, patience <= 1e6 else { throw ValidationError("expected --patience 0 to 1000000") }
    }

    func run() async throws {
        let gguf = try synthetic.map { try BenchmarkModel.file(named: $0) } ?? GGUFFile(path: file ?? "")
        let device = try Engine.openDevice(gpu, timeoutMs: Self.timeoutMs)
        // Before the model is there: both together would take more memory than the model's plan.
        let bandwidth = try Bandwidth.measure(device: device)
        let overhead = try LaunchOverhead.measure(device: device)
        let (model, load) = try load(gguf, onto: device)
        let dispatches = try model.dispatchCounts()
        let generation = try withBar("Generating") {
            try GenerationBenchmark(model, options: generationOptions).run(progress: $0)
        }
        let measured =
            kernels
            ? try withBar("Kernels") { try KernelBenchmark(model, options: kernelOptions).run(progress: $0) }
            : KernelFigures()

        let setting = BenchModelReport.Setting(
            model: gguf.path, device: device.description, memory: model.memory, layers: model.shape.layerCount,
            promptTokens: promptTokens, newTokens: newTokens)
        var report = BenchModelReport(
            setting, load: load, bandwidth: bandwidth, overhead: overhead, dispatches: dispatches,
            generation: generation, kernels: measured)
        report.plan = try plan.map { card in
            try BenchModelPlan(
                of: gguf, on: card, device: device.description, bandwidth: bandwidth, overhead: overhead,
                dispatches: dispatches, kernels: measured.kernels,
                prefill: (promptTokens, report.prefillTokensPerSecond.median))
        }
        if json { return try Output.json(report) }
        BenchModelPrinter(report: report).show()
    }

    private var generationOptions: GenerationBenchmark.Options {
        var options = GenerationBenchmark.Options()
        options.promptTokens = promptTokens
        options.newTokens = newTokens
        options.rounds = rounds
        options.texts = batch
        options.firstTokenLengths = firstToken.counts
        options.patienceMs = patience * 1000
        return options
    }

    private var kernelOptions: KernelBenchmark.Options {
        var options = KernelBenchmark.Options()
        options.columns = kernelBatches.counts
        options.promptTokens = promptTokens
        options.rounds = rounds
        options.patienceMs = patience * 1000
        return options
    }

    private func load(
        _ file: GGUFFile, onto device: ComputeDevice
    ) throws -> (LanguageModel, BenchModelReport.Load) {
        let standardContext = try LanguageModel.plan(file: file).shape.contextLength
        let context = max(standardContext, generationOptions.contextLength)
        let cache = generationOptions.cacheLength
        let bar = ProgressBar("Loading")
        defer { bar.finish() }
        let stopwatch = LoadStopwatch()
        let options = LanguageModel.Options(
            contextLength: context, cacheLength: cache > context ? cache : nil,
            maximumTexts: max(batch, kernels ? kernelBatches.counts.max() ?? 1 : 1),
            profile: try GPUProfileCatalog.standard.profile(for: device.description).kernels,
            loading: LoadOptions(progress: { progress in
                stopwatch.report(progress)
                bar.update(progress.fraction)
                return true
            }))
        let (ms, model) = try milliseconds { try LanguageModel(file: file, device: device, options: options) }
        return (model, BenchModelReport.Load(ms: ms, bytesPerSecond: stopwatch.bytesPerSecond))
    }

    private func withBar<Result>(
        _ label: String, _ body: (_ progress: (Double) -> Void) throws -> Result
    ) rethrows -> Result {
        let bar = ProgressBar(label)
        defer { bar.finish() }
        return try body { bar.update($0) }
    }
}

extension GraphicsCard: ExpressibleByArgument {
    public init?(argument: String) { self.init(named: argument) }

    public static var allValueStrings: [String] { all.map(\.name) }
}
