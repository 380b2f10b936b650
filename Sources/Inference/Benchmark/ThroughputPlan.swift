/// How fast a model will be on a card that is not at hand; a pure function of shapes, data sheet and assumptions.
public struct ThroughputPlan: Sendable, Equatable {
    /// What of a model decides how fast it can be.
    public struct Model: Sendable, Equatable {
        /// Bytes of weights that the decoding of a token reads.
        public let readPerTokenBytes: Int
        /// Bytes of keys and values of one position, which every later token reads.
        public let cacheBytesPerToken: Int
        /// Operations that a prompt's token takes in products: two for each weight of the layers.
        public let operationsPerToken: Double
        public let dispatches: DispatchCounts
        /// Tokens of a prompt that one pass evaluates.
        public let batchSize: Int
    }

    /// Decoding with so many positions before the token.
    public struct Decode: Sendable, Equatable {
        public let contextTokens: Int
        public let tokensPerSecond: Double
    }

    /// Contexts that a plan is made for: none, and a question with its passages.
    public static let contexts = [0, 1600]
    /// Tokens of the prompt that a plan is made for.
    public static let promptTokens = 512

    public let card: GraphicsCard
    public let decode: [Decode]
    /// With cooperative matrices.
    public let prefillTokensPerSecond: Double
    /// With drivers or compilers that have none.
    public let prefillWithoutMatricesTokensPerSecond: Double
    /// What the plan rests on, as sentences.
    public let assumptions: [String]

    public init(_ model: Model, on card: GraphicsCard, _ assumed: PlanAssumptions) {
        self.card = card
        let copy = card.bandwidth * assumed.copyShare.value
        let weightsNs = Double(model.readPerTokenBytes) / (copy * assumed.productShare.value) * 1e9
        func passNs(_ workNs: Double, dispatches: Int) -> Double {
            workNs + Double(dispatches) * assumed.dispatchNs.value + assumed.submissionNs.value
        }
        decode = Self.contexts.map { context in
            let cacheNs =
                Double(context * model.cacheBytesPerToken) / (copy * assumed.attentionShare.value) * 1e9
            return Decode(
                contextTokens: context,
                tokensPerSecond: 1e9 / passNs(weightsNs + cacheNs, dispatches: model.dispatches.perToken))
        }
        func prefill(_ rate: Double) -> Double {
            var ns = 0.0
            for start in stride(from: 0, to: Self.promptTokens, by: model.batchSize) {
                let tokens = min(model.batchSize, Self.promptTokens - start)
                let arithmeticNs = Double(tokens) * model.operationsPerToken / rate * 1e9
                ns += passNs(max(arithmeticNs, weightsNs), dispatches: model.dispatches.perPromptBatch)
            }
            return Double(Self.promptTokens) / ns * 1e9
        }
        prefillTokensPerSecond = prefill(card.matrixRate * assumed.matrixShare.value)
        prefillWithoutMatricesTokensPerSecond = prefill(card.floatRate * assumed.floatShare.value)
        assumptions = Self.sentences(model, card, assumed)
    }

    private static func sentences(_ model: Model, _ card: GraphicsCard, _ assumed: PlanAssumptions) -> [String] {
        func percent(_ share: PlanAssumptions.Value, _ what: String) -> String {
            "\(what): \(Int((share.value * 100).rounded())) % (\(share.source))"
        }
        func microseconds(_ time: PlanAssumptions.Value, _ what: String) -> String {
            "\(what): \((time.value / 100).rounded() / 10) us (\(time.source))"
        }
        func tera(_ rate: Double) -> String { "\((rate / 1e11).rounded() / 10)" }
        return (assumed.remark.map { ["\($0); so what follows is assumed"] } ?? []) + [
            "data sheet: \(Int(card.bandwidth / 1e9)) GB/s; \(tera(card.matrixRate)) TFLOPS with float16 matrices and"
                + " float32 sums, \(tera(card.floatRate)) in float32; clocks as stated, nothing else on the card",
            percent(assumed.copyShare, "a copy's share of the data sheet's bandwidth"),
            percent(assumed.productShare, "a step's products, of a copy's bandwidth"),
            percent(assumed.attentionShare, "a step's attention, of a copy's bandwidth"),
            percent(assumed.matrixShare, "a prompt's products, of the rate with matrices"),
            percent(assumed.floatShare, "a prompt's products without them, of the float32 rate"),
            microseconds(assumed.dispatchNs, "starting each of a token's \(model.dispatches.perToken) dispatches"),
            microseconds(assumed.submissionNs, "each submission, one a token, besides"),
            "a token reads \(model.readPerTokenBytes) bytes of weights once, and \(model.cacheBytesPerToken) bytes of cache"
                + " for each position before it; activations stay in the card's caches",
            "a prompt of \(promptTokens) tokens goes in batches of \(model.batchSize); each takes the longer of its products'"
                + " arithmetic and of reading all weights once; attention's arithmetic is left out",
        ]
    }
}

extension ThroughputPlan.Model {
    /// - Parameter dispatches: of the model on any device; cards with another binding limit may need a few more or less.
    public init(_ footprint: ModelFootprint, for demand: MemoryDemand, dispatches: DispatchCounts) {
        self.init(
            readPerTokenBytes: footprint.readPerTokenBytes,
            cacheBytesPerToken: MemoryPlan(footprint, for: demand).cacheBytesPerToken,
            operationsPerToken: footprint.operationsPerPromptToken, dispatches: dispatches,
            batchSize: demand.batchSize)
    }
}

extension ModelFootprint {
    /// Operations that a token of a prompt takes in the products of the layers: two for each weight.
    ///
    /// Of the embeddings a token reads a row, and output weights are multiplied with a prompt's last token alone.
    public var operationsPerPromptToken: Double {
        let isTied = readPerTokenBytes == weightBytes
        let outsideLayers = vocabularyCount * embeddingLength * (isTied ? 1 : 2)
        return 2 * Double(max(0, weightCount - outsideLayers))
    }
}
