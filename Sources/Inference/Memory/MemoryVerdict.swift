/// Whether a model fits a device, and if not, what would.
public enum MemoryVerdict: Sendable, Equatable {
    /// It fits.
    case fits(spareBytes: Int)
    /// The file fits with a cache of this many positions.
    case shorterContext(tokens: Int)
    /// The file does not fit with any useful context; the model in a smaller quantization does, with so many positions.
    case smallerQuantization(QuantizationMix, tokens: Int)
    /// The model fits in no quantization that is worth using.
    case tooLarge

    /// Less than this does not hold one question with its passages and answer.
    static let leastUsefulTokens = 2048

    /// Compares a plan with what is free; a pure function.
    ///
    /// - Parameter freeBytes: what the device may give, less what others shall keep.
    public init(_ model: ModelFootprint, for demand: MemoryDemand, freeBytes: Int) {
        let spare = freeBytes - MemoryPlan(model, for: demand).totalBytes
        if spare >= 0 {
            self = .fits(spareBytes: spare)
        } else if let tokens = Self.longestCache(model, for: demand, freeBytes: freeBytes) {
            self = .shorterContext(tokens: tokens)
        } else {
            self = Self.smallerQuantization(model, for: demand, freeBytes: freeBytes)
        }
    }

    /// The most positions that fit, in whole blocks, if that is enough to be of use.
    private static func longestCache(_ model: ModelFootprint, for demand: MemoryDemand, freeBytes: Int) -> Int? {
        func fits(_ blocks: Int) -> Bool {
            MemoryPlan(model, for: demand.shortened(to: blocks * MemoryPlan.blockTokens)).totalBytes <= freeBytes
        }
        var (fitting, tooMany) = (0, demand.cacheTokens / MemoryPlan.blockTokens + 1)
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            if fits(middle) { fitting = middle } else { tooMany = middle }
        }
        let tokens = fitting * MemoryPlan.blockTokens
        return tokens >= min(leastUsefulTokens, demand.cacheTokens) && tokens > 0 ? tokens : nil
    }

    private static func smallerQuantization(
        _ model: ModelFootprint, for demand: MemoryDemand, freeBytes: Int
    ) -> MemoryVerdict {
        // The context as it was asked for is worth more than a bit a weight, so it is given up last.
        for tokens in [demand.cacheTokens, min(leastUsefulTokens, demand.cacheTokens)] {
            for mix in QuantizationMix.all where mix.bitsPerWeight < model.bitsPerWeight {
                var smaller = model
                smaller.weightBytes = Int(Double(model.weightCount) * mix.bitsPerWeight / 8)
                if MemoryPlan(smaller, for: demand.shortened(to: tokens)).totalBytes <= freeBytes {
                    return .smallerQuantization(mix, tokens: tokens)
                }
            }
        }
        return .tooLarge
    }
}

extension MemoryVerdict {
    /// What to do, as one sentence for people.
    public var advice: String {
        switch self {
        case .fits(let spare): "it fits, \(spare >> 20) MiB stay free"
        case .shorterContext(let tokens): "a context of \(tokens) positions would fit"
        case .smallerQuantization(let mix, let tokens):
            "no useful context fits with this file; \(mix.name) (about \(mix.bitsPerWeight) bits a weight) would with "
                + "\(tokens) positions"
        case .tooLarge: "a model of fewer parameters is needed: none of its quantizations would fit"
        }
    }
}

extension MemoryDemand {
    /// The same with at most so many positions in all.
    func shortened(to tokens: Int) -> MemoryDemand {
        var shorter = self
        shorter.cacheTokens = min(cacheTokens, tokens)
        shorter.contextTokens = min(contextTokens, tokens)
        return shorter
    }
}

extension MemoryPlan {
    /// Refuses a model that does not fit, before anything is allocated.
    ///
    /// - Throws: ``ModelError`` with `.doesNotFit`: what is free, what is needed, and what would fit.
    static func requireFit(
        _ model: ModelFootprint, for demand: MemoryDemand, device: String, freeBytes: Int
    ) throws(ModelError) {
        let verdict = MemoryVerdict(model, for: demand, freeBytes: freeBytes)
        if case .fits = verdict { return }
        let plan = MemoryPlan(model, for: demand)
        func mib(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
        throw ModelError(
            .doesNotFit,
            "\(device) has \(mib(freeBytes)) free and \(mib(plan.totalBytes)) are needed: weights "
                + "\(mib(plan.weightBytes)), cache for \(plan.cacheTokens) positions \(mib(plan.cacheBytes)), scratch "
                + "\(mib(plan.scratchBytes)), staging \(mib(plan.stagingBytes)); \(verdict.advice)")
    }
}
