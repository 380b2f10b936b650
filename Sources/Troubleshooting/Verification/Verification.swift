@_spi(Verification) import Domain

/// Turns drafts and passages into answers: the only maker of ``Answer`` and ``Step``, so nothing unverified reaches a
/// person.
struct Verification {
    private let offered: [OfferedPassage]
    private let check: StepCheck
    private var procedures: [String: Procedure]
    /// Passages whose remedies the steps are compared with.
    private var compared: Set<String> = []
    private var steps: [Step] = []
    private var said: Set<[String]> = []
    private(set) var droppedSteps = 0
    /// A step was dropped whose place among the remedies cannot be told: its passage is in another language.
    private(set) var hasUnmendedHole = false

    init(question: Question, offered: [OfferedPassage]) {
        self.offered = offered
        check = StepCheck(passages: offered, message: question.text)
        procedures = Dictionary(
            uniqueKeysWithValues: offered.map { ($0.id, Procedure(remedies: $0.passage.remedies)) })
    }

    var isEmpty: Bool { steps.isEmpty }

    /// What became of one step of a draft.
    enum Outcome: Hashable {
        /// The step, or the whole remedy of which it said a part, after the remedies that the draft had left out
        /// before it.
        case accepted([Step])
        case rejected(StepRejection)
    }

    mutating func take(_ draft: DraftStep) -> Outcome {
        switch check.decide(draft.action, cite: draft.cite) {
        case .rejected(let reason):
            droppedSteps += 1
            if reason != .signalWord, !check.isComparable(draft.action, cite: draft.cite) { hasUnmendedHole = true }
            return .rejected(reason)
        case .supported(let cite, let isWordForWord):
            let key = Verification.key(draft.action)
            guard !said.contains(key) else {
                droppedSteps += 1
                return .rejected(.duplicate)
            }
            guard isWordForWord, var procedure = procedures[cite[0]] else {
                said.insert(key)
                return .accepted([append(draft.action, cite: cite)])
            }
            compared.insert(cite[0])
            let placed = procedure.place(draft.action)
            guard !placed.isRepetition else {
                droppedSteps += 1
                return .rejected(.duplicate)
            }
            procedures[cite[0]] = procedure
            var added = addUnsaid(placed.lost, cite: cite[0])
            if let whole = placed.whole {
                added += addUnsaid([whole], cite: cite[0])
            } else if said.insert(key).inserted {
                added.append(append(draft.action, cite: cite))
            }
            return .accepted(added)
        }
    }

    /// Ends the draft.
    /// - Returns: the remedies that the draft left out after its last step, for each passage that it repeats.
    mutating func finishSteps() -> [Step] {
        offered.map(\.id).filter(compared.contains).flatMap { addRest(of: $0) }
    }

    /// Takes the passages' own steps, word for word.
    mutating func takeRemedies() -> [Step] {
        let own = offered.flatMap { addRest(of: $0.id) }
        guard own.isEmpty, let best = offered.first else { return own }
        return best.lines.prefix(DraftSchema.stepsLimit).map { append($0, cite: [best.id]) }
    }

    private mutating func addRest(of cite: String) -> [Step] {
        addUnsaid(procedures[cite]?.lostAtEnd() ?? [], cite: cite)
    }

    private mutating func addUnsaid(_ remedies: [String], cite: String) -> [Step] {
        var added: [Step] = []
        for remedy in remedies where said.insert(Verification.key(remedy)).inserted {
            added.append(append(remedy, cite: [cite]))
        }
        return added
    }

    private mutating func append(_ action: String, cite: [String]) -> Step {
        let step = Step(n: steps.count + 1, action: action, cite: cite)
        steps.append(step)
        return step
    }

    /// Equal for texts that differ in marks and blanks only.
    private static func key(_ text: String) -> [String] { Statement.read(text).flatMap(\.tokens) }
}

// MARK: Answers

extension Verification {
    /// What every answer states besides its content.
    struct Frame: Sendable {
        let question: Question
        let library: Int
        var model: GeneratorModel?
        var droppedSteps = 0
        var timing: Timing
    }

    /// The answer of the steps taken so far.
    /// - Parameter escalation: of the draft; empty for none. The manual's own sentence goes before it, except over a
    ///   translation.
    func answer(_ status: Answer.Status, escalation: String = "", _ frame: Frame) -> Answer {
        let cited = Set(steps.flatMap(\.cite))
        let sources = offered.filter { cited.contains($0.id) }
        return Verification.answer(
            status, frame, title: sources.firstValue(\.passage.title), safety: Verification.safety(of: sources),
            steps: steps, escalation: verified(escalation, sources), citations: Verification.citations(of: sources))
    }

    static func ambiguous(_ candidates: [Candidate], _ frame: Frame) -> Answer {
        answer(.ambiguous, frame, candidates: candidates)
    }

    static func notInManuals(_ suggestions: [Suggestion], _ frame: Frame) -> Answer {
        answer(.notInManuals, frame, suggestions: suggestions)
    }

    static func safety(of passages: [OfferedPassage]) -> [CitedSafetyBlock] {
        passages.flatMap { offered in
            offered.passage.safety.map { block in
                CitedSafetyBlock(signalWord: block.signalWord, text: block.text, cite: offered.id)
            }
        }
    }

    static func citations(of passages: [OfferedPassage]) -> [Citation] {
        passages.map { Citation(id: $0.id, passage: $0.passage) }
    }

    private func verified(_ escalation: String, _ sources: [OfferedPassage]) -> String? {
        let own = sources.firstValue(\.passage.escalation)
        switch check.decide(escalation, cite: sources.map(\.id)) {
        case .supported(_, isWordForWord: false): return escalation
        case .supported(_, isWordForWord: true): return own ?? escalation
        case .rejected: return own
        }
    }

    private static func answer(
        _ status: Answer.Status, _ frame: Frame, title: String? = nil, safety: [CitedSafetyBlock] = [],
        steps: [Step] = [], escalation: String? = nil, candidates: [Candidate] = [], suggestions: [Suggestion] = [],
        citations: [Citation] = []
    ) -> Answer {
        let provenance = Provenance(
            model: frame.model?.name, modelSHA256: frame.model?.sha256, adapter: frame.model?.adapter,
            library: frame.library, promptVersion: Prompt.version,
            verifier: Provenance.Verifier(droppedSteps: frame.droppedSteps))
        return Answer(
            status: status, machine: frame.question.machine, code: frame.question.code, title: title, safety: safety,
            steps: steps, escalation: escalation, candidates: candidates, suggestions: suggestions,
            citations: citations, provenance: provenance, timing: frame.timing)
    }
}

extension Sequence {
    /// The first value that is there.
    fileprivate func firstValue<Value>(_ value: (Element) -> Value?) -> Value? {
        for element in self {
            if let found = value(element) { return found }
        }
        return nil
    }
}
