import VulkanCompute

/// Continues several texts at once on one model, step by step; its owner calls from one thread.
///
/// A step evaluates at most one part of one prompt, of the most urgent text and among equals the oldest, and then one
/// token of every text whose prompt is done. So a new text starts within a step, and a long prompt holds nobody up for
/// longer than one batch of it takes.
final class TextBatch {
    /// Texts that wait for a slot or for blocks, first come first.
    private(set) var waiting: [TextInWork] = []
    /// Texts with a place in the cache, in order of arrival.
    private(set) var running: [TextInWork] = []
    private let model: LanguageModel
    private var stepped: [TextInStep] = []
    private var budget = DraftBudget(maximumColumns: PassColumns.maximumOfStep)

    init(model: LanguageModel) {
        self.model = model
    }

    var isIdle: Bool { waiting.isEmpty && running.isEmpty }

    var statistics: Scheduler.Statistics {
        let allocator = model.cache.allocator
        return Scheduler.Statistics(
            running: running.count, waiting: waiting.count, usedBlocks: allocator.usedCount, blocks: allocator.count)
    }

    func add(_ text: TextInWork) {
        let index = waiting.firstIndex { text.precedes($0) } ?? waiting.count
        waiting.insert(text, at: index)
    }

    /// Ends a text and frees its blocks; without effect if it has ended.
    func cancel(_ id: UInt64) {
        if let text = running.first(where: { $0.id == id }) {
            finish(text, .success(.cancelled))
        } else if let index = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: index).end(.cancelled)
        }
    }

    /// Takes all texts out, ready to be added to a batch on another model.
    func takeAll() -> [TextInWork] {
        for text in running { setBack(text) }
        defer { waiting = [] }
        return waiting
    }

    /// Does one step.
    ///
    /// - Throws: ``ModelError`` if the device failed: the texts are as they were, but the model is of no use any more.
    ///   What goes wrong with one text ends that text alone.
    func step() throws(ModelError) {
        admit()
        if let text = running.filter(\.isInPrompt).min(by: { $0.precedes($1) }) {
            try guarding({ text }) { try evaluatePrompt(of: text) }
        }
        collectStep()
        guard !stepped.isEmpty else { return }
        // Short of memory, the text that matters least is given up; the others try again in the next step.
        try guarding({ stepped.map(\.text).max { $0.precedes($1) } }) { try evaluateStep() }
    }

    // MARK: Admission

    private func admit() {
        while let text = waiting.first {
            if enter(text) {
                waiting.removeFirst()
                insertRunning(text)
                text.begin()
            } else if let victim = running.max(by: { $0.precedes($1) }), victim.priority < text.priority {
                setBack(victim)
            } else {
                return
            }
        }
    }

    /// Takes a slot, what the cache holds of the prompt, and blocks for the rest and one token.
    private func enter(_ text: TextInWork) -> Bool {
        guard var place = model.cache.open() else { return false }
        adoptPrefix(text, &place)
        guard model.cache.reserve(&place, positions: min(text.tokens.count + 1, model.shape.contextLength)) else {
            model.cache.close(place)
            return false
        }
        text.evaluated = place.publishedPositions
        text.place = place
        return true
    }

    /// The last token of a prompt is evaluated even if it is cached: its logits are what is wanted.
    private func adoptPrefix(_ text: TextInWork, _ place: inout PagedCache.Text) {
        let limit = text.promptCount - 1
        model.cache.adoptPrefix(&place, of: text.tokens[..<text.promptCount], limit: limit)
    }

    private func insertRunning(_ text: TextInWork) {
        running.insert(text, at: running.firstIndex { text.id < $0.id } ?? running.count)
    }

    private func leave(_ text: TextInWork) {
        if let place = text.place { model.cache.close(place) }
        text.place = nil
        text.evaluated = 0
        running.removeAll { $0 === text }
    }

    /// Takes a text's blocks; it waits again, before those that came later.
    private func setBack(_ text: TextInWork) {
        leave(text)
        add(text)
    }

    private func finish(_ text: TextInWork, _ outcome: Result<GenerationResult.StopReason, any Error>) {
        leave(text)
        switch outcome {
        case .success(let reason): text.end(reason)
        case .failure(let error): text.fail(error)
        }
    }

    /// Runs a pass; if memory is short, the text that is named ends, and if the device fails, everything does.
    private func guarding(_ culprit: () -> TextInWork?, _ pass: () throws -> Void) throws(ModelError) {
        do {
            try pass()
        } catch {
            let error = ModelError(wrapping: error)
            guard !error.isDeviceFault, let text = culprit() else { throw error }
            finish(text, .failure(error))
        }
    }

    // MARK: Prompts

    private func evaluatePrompt(of text: TextInWork) throws {
        guard var place = text.place else { return }
        if text.evaluated == place.publishedPositions {
            // Another text may have evaluated the same beginning in the meantime.
            adoptPrefix(text, &place)
            text.evaluated = place.publishedPositions
            text.place = place
        }
        let end = min(text.evaluated + model.limits.batchSize, text.promptCount)
        let chooses = end == text.promptCount && text.isLast(end - 1)
        try model.uploadTable()
        let choice = try model.passes.prompt(
            text.tokens[text.evaluated..<end], from: text.evaluated, slot: place.slot,
            sampling: chooses ? text.request.sampling : nil,
            mask: chooses && text.isMasked ? { try self.writeMask(of: text) } : nil)
        text.timings.prefillTokens += end - text.evaluated
        text.evaluated = end
        model.cache.publish(&place, prompt: text.tokens[..<text.promptCount], evaluated: end)
        text.place = place
        if let choice {
            text.timings.cachedTokens = max(0, text.promptCount - text.timings.prefillTokens)
            take(choice, for: text)
        }
    }

    // MARK: Steps

    /// Chooses the columns of the next step: of each text whose prompt is done its known tokens, and drafted ones as far as
    /// they pay and there are blocks.
    private func collectStep() {
        for text in running where !text.isInPrompt { makeRoom(for: text) }
        stepped = running.compactMap { text in
            text.isInPrompt || text.place == nil ? nil : TextInStep(text: text)
        }
        guard !stepped.isEmpty else { return }
        var spare = PassColumns.maximumOfStep - stepped.count
        for index in stepped.indices where spare > 0 {
            // What a text had to give up is evaluated again, several tokens at once.
            spare -= stepped[index].takeKnown(atMost: spare, room: &model.cache)
        }
        let drafts = stepped.map { $0.draft(contextLength: model.shape.contextLength) }
        let shares = budget.shares(
            drafts.map(\.gains), columns: PassColumns.maximumOfStep - spare,
            extent: stepped.contains { $0.text.request.speculation?.extent == .all } ? .all : .paying)
        for index in stepped.indices {
            stepped[index].take(drafts[index], atMost: shares[index], room: &model.cache)
        }
    }

    /// Gets a block for a text's next position, if need be from the least urgent text, which then waits again.
    private func makeRoom(for text: TextInWork) {
        while var place = text.place {
            if model.cache.reserve(&place, positions: text.evaluated + 1) {
                text.place = place
                return
            }
            guard let victim = running.max(by: { $0.precedes($1) }) else { return }
            setBack(victim)
        }
    }

    private func evaluateStep() throws {
        let columns = stepped.flatMap(\.columns)
        try model.uploadTable()
        let start = ContinuousClock.now
        let choices = try model.passes.step(columns, masks: columns.contains(where: \.isMasked) ? writeMasks : nil)
        budget.measured(columns: columns.count, milliseconds: start.duration(to: .now).milliseconds)
        var column = 0
        for entry in stepped {
            take(choices[column..<column + entry.columnCount], for: entry)
            column += entry.columnCount
        }
    }

    /// Takes the choices after a text's known tokens and after those drafted ones that were right.
    private func take(_ choices: ArraySlice<UInt32>, for entry: TextInStep) {
        let text = entry.text
        text.evaluated += entry.knownCount
        guard text.evaluated == text.tokens.count else { return }
        text.timings.decodePasses += 1
        var remaining = choices.dropFirst(entry.knownCount - 1)
        var accepted = 0
        while let choice = remaining.popFirst() {
            take(choice, for: text)
            guard text.place != nil, accepted < entry.draft.count, text.tokens.last == entry.draft.tokens[accepted]
            else { break }
            accepted += 1
            text.evaluated += 1
        }
        text.checked(entry.draft, accepted: accepted)
    }

    /// Writes the mask after a prompt.
    private func writeMask(of text: TextInWork) throws {
        text.mask(into: &model.maskWords)
        try model.buffers.write(mask: model.maskWords, column: 0)
    }

    /// Writes the masks of the step's columns.
    private func writeMasks() throws {
        var column = 0
        for entry in stepped {
            try entry.writeMasks { index, fill in
                fill(&model.maskWords)
                try model.buffers.write(mask: model.maskWords, column: column + index)
            }
            column += entry.columnCount
        }
    }

    private func take(_ choice: UInt32, for text: TextInWork) {
        do {
            guard let reason = try text.take(choice, contextLength: model.shape.contextLength) else { return }
            finish(text, .success(reason))
        } catch {
            finish(text, .failure(error))
        }
    }
}
