import Domain
import Journal
import Logging
import Manuals
import Synchronization
import Troubleshooting

/// Answers questions with the current library and the model that is loaded, each cause once: what was written before is
/// given again, and what a technician approved goes before both. A person who asks for a code gets them as an incident
/// does; who asks in their own words gets an answer of their own.
struct Answerer: Sendable {
    /// Answers in work at once for incidents: a model continues that many texts in little more time than one.
    static let answersAtOnce = 8

    let library: Library
    let model: any GeneratorSource
    let journal: EventJournal
    let logger: Logger
    let foreground = Foreground()
    private let ongoing = OngoingAnswers()
    private let turns = AnswerTurns(places: answersAtOnce)

    init(library: Library, model: any GeneratorSource, journal: EventJournal, logger: Logger) {
        self.library = library
        self.model = model
        self.journal = journal
        self.logger = logger
    }

    /// - Parameters:
    ///   - mayGenerate: false takes no time of the model: a known answer, else the manual's own words.
    ///   - turn: an incident's, among those that wait for the model.
    func answer(
        _ question: Question, urgency: Urgency, mayGenerate: Bool = true, turn: AnswerTurn? = nil,
        onProgress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> Answer {
        var answer = try await answerFromManuals(
            question, urgency, mayGenerate, turn ?? AnswerTurn(machine: question.machine), onProgress)
        // Never from the book: the plant's own records change by the day.
        if let code = answer.code, answer.status != .ambiguous {
            answer.repairs = try await offSharedPool { [library] in
                try library.repairHistory(of: code, machineModel: question.machineModel)
            }
        }
        // Nor these: a row may be accepted any day.
        answer.withheld = try await offSharedPool { [library] in try library.withheld(question) }
        return answer
    }

    private func answerFromManuals(
        _ question: Question, _ urgency: Urgency, _ mayGenerate: Bool, _ turn: AnswerTurn,
        _ onProgress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> Answer {
        if urgency != .background { foreground.enter() }
        defer { if urgency != .background { foreground.leave() } }
        let start = ContinuousClock.now
        guard let (cause, approved) = try await offSharedPool({ try lookUp(question, urgency) }) else {
            return try await write(question, mayGenerate ? model.writer() : nil, urgency, onProgress).answer
        }
        func reissue(_ answer: Answer) -> Answer {
            let milliseconds = start.duration(to: .now) / .milliseconds(1)
            return cause.upToDate(answer).reissued(
                machine: question.machine, code: question.code,
                timing: Timing(retrieve: milliseconds, firstToken: nil, total: milliseconds))
        }
        if let approved {
            approved.replay(onProgress)
            return reissue(approved)
        }
        guard mayGenerate || urgency == .incident, let generator = await model.writer() else {
            return try await write(question, nil, urgency, onProgress).answer
        }
        let key = cause.key(generator.model)
        let known = try await offSharedPool { [journal] in
            let known = try journal.bookAnswer(key)
            if known != nil, urgency != .background { try journal.noteBookUse(key) }
            return known
        }
        if let known {
            known.replay(onProgress)
            return reissue(known)
        }
        guard mayGenerate else { return try await write(question, nil, urgency, onProgress).answer }
        @Sendable func written() async throws -> (answer: Answer, isOwn: Bool) {
            try await ongoing.answer(key, urgency) {
                try await writeForBook(cause, key, generator, urgency, onProgress)
            }
        }
        let (written, isOwn) = try await urgency == .incident ? turns.join(key, turn, written) : written()
        guard !isOwn else { return written.reissued(machine: question.machine, code: question.code) }
        written.replay(onProgress)
        return reissue(written)
    }

    /// What an answer is about, with what a technician approved for it; nil where the book has nothing to say.
    private func lookUp(_ question: Question, _ urgency: Urgency) throws -> (cause: Cause, approved: Answer?)? {
        // An import in another process may have switched the snapshot.
        try library.refresh()
        // A person's own words are no cause that comes again.
        guard urgency != .person || library.asksOnlyForCode(question),
            let cause = try Cause(question, library: library)
        else { return nil }
        let approved = try journal.approvedAnswer(source: cause.source)
        return (cause, try approved ?? cause.ownSource.flatMap { try journal.approvedAnswer(source: $0) })
    }

    private func writeForBook(
        _ cause: Cause, _ key: BookKey, _ generator: any TextGenerator, _ urgency: Urgency,
        _ onProgress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> Answer {
        @Sendable func writeAndKeep() async throws -> Answer {
            let (answer, isFinal) = try await write(cause.question, generator, urgency, onProgress)
            if isFinal { try await offSharedPool { [journal] in try journal.putInBook(answer, key) } }
            return answer
        }
        return urgency == .incident ? try await turns.pass(key, writeAndKeep) : try await writeAndKeep()
    }

    /// - Returns: the answer, and whether the model would write the same again.
    private func write(
        _ question: Question, _ generator: (any TextGenerator)?, _ urgency: Urgency,
        _ onProgress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> (answer: Answer, isFinal: Bool) {
        let troubleshooter = Troubleshooter(retriever: library, generator: generator)
        let logger = logger
        let failed = Mutex(false)
        let answer = try await troubleshooter.answer(question, urgency: urgency) { progress in
            switch progress {
            case .dropped(let rejection):
                logger.notice("a step of the draft was dropped", metadata: ["why": "\(rejection)"])
            case .extract(let reason):
                if !reason.isOfTheDraft { failed.withLock { $0 = true } }
                if reason != .noModel {
                    logger.warning("the answer is an extract", metadata: ["why": "\(reason)"])
                }
            case .retrieved, .step: break
            }
            onProgress(progress)
        }
        return (answer, !failed.withLock { $0 })
    }
}

/// Where the model that writes answers comes from.
protocol GeneratorSource: Sendable {
    /// Nil when there is none, and then answers are extracts.
    func writer() async -> (any TextGenerator)?
    var status: ModelHost.Status { get async }
}

extension ModelHost: GeneratorSource {
    func writer() async -> (any TextGenerator)? { await generator() }
}

extension ExtractReason {
    /// The same model would do the same again, as opposed to a device that failed or had no time.
    fileprivate var isOfTheDraft: Bool {
        switch self {
        case .contextTooSmall, .invalidDraft, .nothingVerified, .incomplete: true
        case .noModel, .generatorFailed, .timeLimit: false
        }
    }
}

extension Answer {
    /// Shows a whole answer as the parts that it was made of.
    fileprivate func replay(_ onProgress: (AnswerProgress) -> Void) {
        onProgress(.retrieved(title: title, citations: citations, safety: safety))
        for (index, procedure) in procedures.enumerated() {
            let head = procedure.head(index, of: procedures.count)
            for step in procedure.steps { onProgress(.step(step, of: head)) }
        }
    }
}
