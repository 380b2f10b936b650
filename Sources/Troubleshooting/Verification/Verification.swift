@_spi(Verification) import Domain

/// What makes answers of drafts.
public enum Verifier {
    /// Rises with every change of what becomes of a draft: answers of another version are not compared with its own, and
    /// the answer book does not give them again.
    public static let version = 2
}

/// Turns drafts and passages into answers: the only maker of ``Answer``, ``Procedure`` and ``Step``, so nothing
/// unverified reaches a person.
///
/// The steps of a draft are sorted by the record that they cite; each record is a procedure of its own, and complete.
struct Verification {
    /// A step with the procedure that it belongs to.
    struct ShownStep: Hashable {
        let step: Step
        let procedure: ProcedureHead
    }

    /// All passages that the answer may cite: those of the prompt, then records for which it had no room.
    let passages: [OfferedPassage]
    private let check: StepCheck
    private var drafts: [ProcedureDraft]
    /// The procedures of the answer, in its order, as places in `drafts`.
    private var order: [Int]
    /// What was shown: whole procedures, and steps of the next one.
    private var shown = (procedures: 0, steps: 0)
    private var rejectedSteps = 0
    /// A step was dropped whose place among the remedies cannot be told: its passage is in another language.
    private(set) var hasUnmendedHole = false

    /// - Parameters:
    ///   - offered: what the draft may cite.
    ///   - records: passages that each have their procedure in the answer, cited or not.
    init(question: Question, offered: [OfferedPassage], records: [Passage]) {
        let missing = records.filter { record in !offered.contains { $0.passage == record } }
        passages =
            offered
            + missing.enumerated().map { OfferedPassage(index: offered.count + $0.offset, passage: $0.element) }
        check = StepCheck(passages: offered, message: question.text)
        // Beside records that say what to do, text that merely speaks of the code gives no steps.
        let grouped = Record.group(passages, readsLines: records.allSatisfy(\.remedies.isEmpty))
        drafts = grouped.map { ProcedureDraft($0) }
        order = grouped.indices.filter { index in
            grouped[index].isProcedure && grouped[index].passages.contains { records.contains($0.passage) }
        }
    }

    var droppedSteps: Int { drafts.reduce(rejectedSteps) { $0 + $1.droppedSteps } }

    /// No step of a draft has a place in a procedure.
    var isEmpty: Bool { drafts.allSatisfy { $0.placedSteps == 0 } }

    /// - Returns: nil when the step was accepted; ``takeShowable()`` then tells what can be shown.
    mutating func take(_ draft: DraftStep) -> StepRejection? {
        switch check.decide(draft.action, cite: draft.cite) {
        case .rejected(let reason):
            rejectedSteps += 1
            if reason != .signalWord, !check.isComparable(draft.action, cite: draft.cite) { hasUnmendedHole = true }
            return reason
        case .part(let remedy, let cite):
            return take(DraftStep(action: remedy, cite: [cite]))
        case .supported(let cites, _):
            let own = drafts.indices.filter { index in
                !drafts[index].record.positions.isEmpty && drafts[index].record.ids.contains(where: cites.contains)
            }
            guard !own.isEmpty else {
                rejectedSteps += 1
                return .noRecord
            }
            let placed = own.filter { place(draft.action, in: $0) }
            guard !placed.isEmpty else {
                rejectedSteps += 1
                return .duplicate
            }
            for index in placed where !order.contains(index) { addProcedures(with: index) }
            return nil
        }
    }

    private mutating func place(_ action: String, in index: Int) -> Bool {
        guard case .supported(_, let isWordForWord) = check.decide(action, cite: drafts[index].record.ids) else {
            return false
        }
        return isWordForWord ? drafts[index].place(action) : drafts[index].placeTranslation(action)
    }

    /// A record that a step cites has its procedure, and with it the other causes of the same code.
    private mutating func addProcedures(with index: Int) {
        order += drafts.indices.filter { other in
            !order.contains(other) && drafts[other].record.isProcedure
                && (other == index || drafts[other].record.sharesCode(with: drafts[index].record))
        }
    }

    /// The steps that were accepted and can be shown, in the answer's order: a procedure's when those before it are
    /// complete, so that no two are ever mixed on a screen.
    mutating func takeShowable() -> [ShownStep] {
        var steps: [ShownStep] = []
        while shown.procedures < order.count {
            let draft = drafts[order[shown.procedures]]
            let head = ProcedureHead(
                number: shown.procedures + 1, count: order.count, cause: draft.record.cause, cite: draft.record.id)
            steps += Verification.steps(draft)[shown.steps...].map { ShownStep(step: $0, procedure: head) }
            shown.steps = draft.lines.count
            guard draft.isComplete else { break }
            shown = (shown.procedures + 1, 0)
        }
        return steps
    }

    /// Ends the draft: what it left out follows, word for word.
    mutating func finishSteps() {
        for index in order { drafts[index].finish() }
    }

    private static func steps(_ draft: ProcedureDraft) -> [Step] {
        draft.lines.enumerated().map { Step(n: $0.offset + 1, action: $0.element.action, cite: [$0.element.cite]) }
    }
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
        let own = order.map { drafts[$0] }
        let cited = Set(own.flatMap { [$0.record.id] + $0.lines.map(\.cite) })
        let sources = passages.filter { cited.contains($0.id) }
        let withCall = own.count { $0.record.escalation != nil }
        let procedures = own.map { draft in
            Procedure(
                cause: draft.record.cause, cite: draft.record.id, steps: Verification.steps(draft),
                escalation: verified(
                    escalation, draft.record, isSole: own.count == 1 || withCall == 1 && draft.record.escalation != nil)
            )
        }
        return Verification.answer(
            status, frame, title: sources.firstValue(\.passage.title), safety: Verification.safety(of: sources),
            procedures: procedures, citations: Verification.citations(of: sources))
    }

    static func ambiguous(_ candidates: [Candidate], _ frame: Frame) -> Answer {
        answer(.ambiguous, frame, candidates: candidates)
    }

    static func notInManuals(_ suggestions: [Suggestion], _ frame: Frame) -> Answer {
        answer(.notInManuals, frame, suggestions: suggestions)
    }

    /// All that is told about the code waits for a person's eyes.
    static func withheld(_ rows: [WithheldRow], _ frame: Frame) -> Answer {
        var answer = answer(.mentioned, frame)
        answer.withheld = rows
        return answer
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

    /// - Parameter isSole: whether a translation can be of no other record.
    private func verified(_ escalation: String, _ record: Record, isSole: Bool) -> String? {
        let own = record.escalation
        switch check.decide(escalation, cite: record.ids) {
        case .supported(_, isWordForWord: false): return isSole ? escalation : own
        case .supported(_, isWordForWord: true): return own ?? escalation
        case .part, .rejected: return own
        }
    }

    private static func answer(
        _ status: Answer.Status, _ frame: Frame, title: String? = nil, safety: [CitedSafetyBlock] = [],
        procedures: [Procedure] = [], candidates: [Candidate] = [], suggestions: [Suggestion] = [],
        citations: [Citation] = []
    ) -> Answer {
        let provenance = Provenance(
            model: frame.model?.name, modelSHA256: frame.model?.sha256, adapter: frame.model?.adapter,
            library: frame.library, promptVersion: Prompt.version,
            verifier: Provenance.Verifier(droppedSteps: frame.droppedSteps, version: Verifier.version))
        return Answer(
            status: status, machine: frame.question.machine, code: frame.question.code, title: title, safety: safety,
            procedures: procedures, candidates: candidates, suggestions: suggestions, citations: citations,
            provenance: provenance, timing: frame.timing)
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
