/// What a ``Scheduler``'s thread does: takes requests in, steps the batch, and replaces a model whose device failed.
struct SchedulerLoop {
    /// A second failure of the device within this time after the first ends what is under way.
    static let retryTime = Duration.seconds(60)

    let mailbox: SchedulerMailbox
    let load: @Sendable () throws -> LanguageModel
    let onDeviceFault: @Sendable (ModelError) -> Void

    /// Runs until it is told to stop, or until the device fails for good.
    ///
    /// - Parameter started: called once, with the facts of the model or with why it could not be loaded.
    func run(started: (Result<Scheduler.Facts, any Error>) -> Void) {
        var texts: [TextInWork] = []
        var lastFault: ContinuousClock.Instant?
        while true {
            let fault: ModelError
            do {
                // The batch and its model end with this scope: their memory is free before the next model asks for it.
                let model = try load()
                let batch = TextBatch(model: model)
                mailbox.statistics = batch.statistics
                if lastFault == nil { started(.success((model.shape, model.memory, model.device.description))) }
                texts.forEach(batch.add)
                guard let end = serve(batch) else { return }
                (fault, texts) = end
            } catch {
                if lastFault == nil { started(.failure(error)) } else { fail(texts, with: ModelError(wrapping: error)) }
                return
            }
            onDeviceFault(fault)
            if let lastFault, lastFault.duration(to: .now) < Self.retryTime { return fail(texts, with: fault) }
            lastFault = .now
        }
    }

    /// Serves requests with one model.
    ///
    /// - Returns: the device's failure and the texts that are not done; `nil` after it was told to stop.
    private func serve(_ batch: TextBatch) -> (fault: ModelError, texts: [TextInWork])? {
        while true {
            let messages = mailbox.take(waiting: batch.isIdle)
            for submission in messages.submissions { batch.add(text(submission)) }
            for id in messages.cancelled { batch.cancel(id) }
            if messages.isStopping {
                fail(batch.takeAll(), with: ModelError(.stopped, "the scheduler was shut down"))
                return nil
            }
            do {
                try batch.step()
                mailbox.statistics = batch.statistics
            } catch {
                return (error, batch.takeAll())
            }
        }
    }

    /// Ends all requests, and refuses those that come later.
    private func fail(_ texts: [TextInWork], with error: ModelError) {
        mailbox.fail(error)
        texts.forEach { $0.fail(error) }
        for submission in mailbox.take(waiting: false).submissions { text(submission).fail(error) }
    }

    private func text(_ submission: SchedulerMailbox.Submission) -> TextInWork {
        let events = submission.events
        return TextInWork(
            id: submission.id, request: submission.request, priority: submission.priority,
            arrival: submission.arrival
        ) { token in
            if case .terminated = events.yield(.token(token)) { return false }
            return true
        } onEnd: { [mailbox] outcome in
            // Before the caller sees the end, so that it may ask again at once.
            mailbox.close()
            switch outcome {
            case .success(let result):
                events.yield(.finished(result))
                events.finish()
            case .failure(let error): events.finish(throwing: error)
            }
        }
    }
}
