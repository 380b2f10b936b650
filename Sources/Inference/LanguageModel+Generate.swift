import GGUF

extension LanguageModel {
    /// Continues a prompt.
    ///
    /// The part of the prompt that equals the beginning of what the cache still holds is not evaluated again; the result
    /// is the same. Between tokens only the mask goes up to the device and one id comes back.
    ///
    /// - Parameter onToken: gets each token as it is chosen; gives `false`, or throws, to stop.
    /// - Throws: ``ModelError`` with `.invalidRequest` or `.noToken`, or `.device`; an error that `onToken` throws is passed on
    ///   as it is. The model stays usable unless it was the device that failed.
    public func generate(
        _ request: GenerationRequest, onToken: (Int32) throws -> Bool = { _ in true }
    ) throws -> GenerationResult {
        try check(request.prompt)
        guard request.maxTokens > 0, request.temperature >= 0, request.temperature.isFinite else {
            throw ModelError(
                .invalidRequest,
                "maxTokens \(request.maxTokens) and temperature \(request.temperature): at least 1 and 0 expected")
        }
        let clock = ContinuousClock()
        let start = clock.now
        var timings = GenerationTimings()
        var constraint = request.constraint
        var text = request.prompt
        text.reserveCapacity(min(text.count + request.maxTokens, shape.contextLength))

        func step() throws -> Int32 {
            let pass: Pass = text.count == request.prompt.count ? .prompt : .step
            // The last token is evaluated even if it is cached: its logits are what is wanted.
            let known = pass == .step ? text.count - 1 : min(commonPrefix(text), text.count - 1)
            if pass == .prompt {
                timings.cachedTokens = known
                timings.prefillTokens = text.count - known
            }
            try ModelError.wrap {
                try writeMask(constraint)
                try evaluate(pass, text, from: known, seed: request.seed, temperature: request.temperature)
            }
            let choice = try ModelError.wrap { try buffers.readChoice() }
            guard choice != SampleKernel.none else {
                throw ModelError(
                    .noToken, "after \(text.count) tokens: nothing is allowed, or the logits are not numbers")
            }
            return Int32(bitPattern: choice)
        }

        var reason: GenerationResult.StopReason?
        while reason == nil {
            let before = clock.now
            let token = try step()
            if text.count == request.prompt.count {
                timings.prefillMs = (clock.now - start).milliseconds
            } else {
                timings.decodeTokens += 1
                timings.decodeMs += (clock.now - before).milliseconds
            }
            if request.endOfGeneration.contains(token) {
                reason = .endOfGeneration
                break
            }
            try constraint?.advance(token)
            text.append(token)
            if try !onToken(token) {
                reason = .cancelled
            } else if constraint?.isComplete == true {
                reason = .constraintComplete
            } else if text.count - request.prompt.count >= request.maxTokens {
                reason = .maxTokens
            } else if text.count >= shape.contextLength {
                reason = .contextFull
            }
        }
        return GenerationResult(
            tokens: Array(text[request.prompt.count...]), stopReason: reason ?? .cancelled, timings: timings)
    }

    private func commonPrefix(_ tokens: [Int32]) -> Int {
        var count = 0
        let limit = min(tokens.count, cached.count)
        while count < limit, tokens[count] == cached[count] { count += 1 }
        return count
    }

    private func writeMask(_ constraint: (any TokenMask)?) throws {
        if let constraint {
            constraint.mask(into: &maskWords)
        } else {
            for index in maskWords.indices { maskWords[index] = .max }
        }
        try buffers.write(mask: maskWords)
    }
}

extension Duration {
    /// The duration in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15
    }
}
