/// Reads a model's output to its end, verifies each step as soon as it closes, and tells the caller of it.
struct DraftReader: Sendable {
    /// What was read.
    struct Reading: Sendable {
        var verification: Verification
        var escalation = ""
        /// From the question's arrival, in milliseconds.
        var firstTokenMs: Double?
        /// Nil when the draft is whole.
        var failure: ExtractReason?
    }

    private let verification: Verification
    private let stopwatch: Stopwatch
    private let onProgress: @Sendable (AnswerProgress) async -> Void

    init(
        _ verification: Verification, _ stopwatch: Stopwatch,
        _ onProgress: @escaping @Sendable (AnswerProgress) async -> Void
    ) {
        self.verification = verification
        self.stopwatch = stopwatch
        self.onProgress = onProgress
    }

    func read(
        _ output: AsyncThrowingStream<[UInt8], any Error>, timeLimit: Duration, _ clock: any Clock<Duration>
    ) async -> Reading {
        await withTaskGroup(of: Reading?.self) { group in
            group.addTask { await read(output) }
            group.addTask {
                try? await clock.sleep(for: timeLimit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            // Time is up, and a cancelled reader returns what it has.
            var cut = (await group.next() ?? nil) ?? Reading(verification: verification)
            cut.failure = .timeLimit(timeLimit)
            return cut
        }
    }

    private func read(_ output: AsyncThrowingStream<[UInt8], any Error>) async -> Reading {
        var reading = Reading(verification: verification)
        var stream = DraftStream()
        do {
            for try await bytes in output {
                reading.firstTokenMs = reading.firstTokenMs ?? stopwatch.milliseconds()
                for byte in bytes {
                    switch try stream.append(byte) {
                    case .step(let step): await take(step, into: &reading.verification)
                    case .escalation(let text): reading.escalation = text
                    case nil: break
                    }
                }
            }
            try stream.finish()
        } catch let error as DraftError {
            reading.failure = .invalidDraft(error)
        } catch {
            reading.failure = .generatorFailed(String(String(describing: error).prefix(500)))
        }
        return reading
    }

    private func take(_ step: DraftStep, into verification: inout Verification) async {
        if let rejection = verification.take(step) { return await onProgress(.dropped(rejection)) }
        for shown in verification.takeShowable() { await onProgress(.step(shown.step, of: shown.procedure)) }
    }
}
