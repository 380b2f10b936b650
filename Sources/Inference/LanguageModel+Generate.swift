extension LanguageModel {
    /// Continues a prompt, alone.
    ///
    /// Full blocks of the prompt that the cache still holds are not evaluated again; the result is the same. For several
    /// texts at once there is ``Scheduler``, which takes the same path.
    ///
    /// - Parameter onToken: gets each token as it is chosen; gives `false`, or throws, to stop.
    /// - Throws: ``ModelError`` with `.invalidRequest`, `.contextOverflow` or `.noToken`, or `.device`; an error that
    ///   `onToken` throws is passed on as it is. The model stays usable unless it was the device that failed.
    public func generate(
        _ request: GenerationRequest, onToken: (Int32) throws -> Bool = { _ in true }
    ) throws -> GenerationResult {
        try Self.check(request, shape: shape)
        return try withoutActuallyEscaping(onToken) { onToken in
            var outcome: Result<GenerationResult, any Error>?
            let batch = TextBatch(model: self)
            batch.add(TextInWork(id: 0, request: request, onToken: onToken) { outcome = $0 })
            while outcome == nil { try batch.step() }
            return try outcome?.get()
                ?? GenerationResult(tokens: [], stopReason: .cancelled, closing: [], timings: .init())
        }
    }
}

extension Duration {
    /// The duration in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15
    }
}
