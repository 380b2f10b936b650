import Domain
import Foundation

/// Writes answers as lines for people; whole, or part by part while an answer is made.
public struct AnswerRenderer: Sendable {
    public let style: Style
    public let columns: Int

    public init(style: Style, columns: Int) {
        self.style = style
        self.columns = max(20, columns)
    }

    public func render(_ answer: Answer, language: Language) -> [String] {
        let phrases = Phrases.of(language)
        var lines = answer.safety.flatMap { render($0) }
        switch answer.status {
        case .answered, .extract:
            let heading = answer.status == .answered ? phrases.answered : phrases.extract
            lines.append(
                style(PrintableText.line([heading, answer.title].compactMap(\.self).joined(separator: ": ")), .heading))
            lines += render(answer.procedures, language: language)
        case .ambiguous:
            lines.append(style(phrases.ambiguous, .heading))
            lines += answer.candidates.flatMap { candidate in
                indented(
                    "- ",
                    [candidate.machineModel.rawValue, candidate.code.written, candidate.title]
                        .compactMap(\.self).joined(separator: "  "))
            }
        case .mentioned: lines.append(style(phrases.mentioned, .warning))
        case .notInManuals:
            lines.append(style(phrases.notInManuals, .warning))
            if !answer.suggestions.isEmpty { lines.append(phrases.suggestions) }
            lines += answer.suggestions.flatMap { suggestion in
                indented(
                    "- ",
                    [suggestion.code?.written, suggestion.title, suggestion.machineModel.rawValue]
                        .compactMap(\.self).joined(separator: "  "))
            }
        }
        return lines + renderSources(of: answer, language: language)
    }

    /// What follows the steps that were shown one by one: when to call for help, and where the steps come from.
    public func renderEnd(of answer: Answer, language: Language) -> [String] {
        let count = answer.procedures.count
        let calls = answer.procedures.enumerated().flatMap { index, procedure in
            let lines = renderCall(of: procedure, language: language)
            return (lines.isEmpty ? [] : renderHead(procedure.head(index, of: count), language: language)) + lines
        }
        return calls + renderSources(of: answer, language: language)
    }

    private func render(_ procedures: [Procedure], language: Language) -> [String] {
        procedures.enumerated().flatMap { index, procedure in
            renderHead(procedure.head(index, of: procedures.count), language: language)
                + procedure.steps.flatMap { render($0) } + renderCall(of: procedure, language: language)
        }
    }

    /// When each of several procedures is the one to follow; nothing before a sole one.
    public func renderHead(_ head: ProcedureHead, language: Language) -> [String] {
        guard head.count > 1 else { return [] }
        let phrases = Phrases.of(language)
        let text =
            head.cause.map { cause in phrases.condition(Self.withoutFullStop(cause)) }
            ?? phrases.procedure(head.number, head.cite)
        return indented("", text).map { style($0, .heading) }
    }

    private static func withoutFullStop(_ text: String) -> String {
        text.last.map { ".。".contains($0) } == true ? String(text.dropLast()) : text
    }

    private func renderCall(of procedure: Procedure, language: Language) -> [String] {
        guard let escalation = procedure.escalation, !escalation.isEmpty else { return [] }
        return indented("\(Phrases.of(language).escalation): ", escalation)
    }

    private func renderSources(of answer: Answer, language: Language) -> [String] {
        let phrases = Phrases.of(language)
        var lines = answer.withheld.flatMap { render($0, language: language) }
        lines += answer.citations.flatMap { render($0, language: language) }
        if let approval = answer.approval {
            let day = approval.at.formatted(.iso8601.year().month().day())
            lines += indented("\(approval.edited ? phrases.edited : phrases.approved): ", "\(approval.by), \(day)")
        }
        if let repairs = answer.repairs {
            lines += render(repairs, language: language, namesSteps: answer.procedures.count == 1)
        }
        return lines
    }

    /// The plant's own records, under a heading of their own: nobody may take them for the manual.
    ///
    /// - Parameter namesSteps: false where a step's number does not tell the procedure that it is of.
    public func render(_ repairs: RepairHistory, language: Language, namesSteps: Bool = true) -> [String] {
        let phrases = Phrases.of(language)
        var lines = [style(phrases.repairs, .heading)]
        lines += repairs.actions.flatMap { action in
            let step = (namesSteps ? action.step : nil).map { "\(phrases.step) \($0): " } ?? ""
            let day = action.last.map { " (\($0))" } ?? ""
            return indented("\(phrases.share(action.fixed, repairs.records)) ", step + action.action + day)
        }
        return lines + indented("", repairs.sources.joined(separator: ", ")).map { style($0, .faint) }
    }

    /// That something is missing here, and where it waits.
    public func render(_ row: WithheldRow, language: Language) -> [String] {
        let place = Self.place(manual: row.manual, page: row.page, heading: [], isScanned: false, language: language)
        return indented("! ", Phrases.of(language).withheld(place, row.row)).map { style($0, .warning) }
    }

    public func render(_ block: CitedSafetyBlock) -> [String] {
        indented("\(block.signalWord): ", block.text).map { style($0, .danger) }
    }

    public func render(_ step: Step) -> [String] {
        let sources = step.cite.isEmpty ? "" : " [\(step.cite.joined(separator: ", "))]"
        return indented("\(step.n). ", step.action + sources)
    }

    private func render(_ citation: Citation, language: Language) -> [String] {
        let place = Self.place(
            manual: citation.manual, page: citation.page, heading: citation.heading,
            isScanned: citation.scanned == true,
            language: language)
        return indented("[\(citation.id)] \(Phrases.of(language).source): ", place).map { style($0, .faint) }
    }

    /// Where a person finds a passage, in one line.
    public static func place(
        manual: String, page: Int?, heading: [String], isScanned: Bool, language: Language
    ) -> String {
        let phrases = Phrases.of(language)
        return [
            manual, page.map { "\(phrases.page) \($0)" }, heading.isEmpty ? nil : heading.joined(separator: " > "),
            isScanned ? phrases.scanned : nil,
        ].compactMap(\.self).joined(separator: ", ")
    }

    private func indented(_ mark: String, _ text: String) -> [String] {
        let mark = PrintableText.line(mark)
        let cells = min(DisplayWidth.cells(of: mark), columns / 2)
        let body = TextWrapper(width: columns - cells).wrap(PrintableText.lines(text))
        let margin = String(repeating: " ", count: cells)
        return body.enumerated().map { ($0.offset == 0 ? mark : margin) + $0.element }
    }
}
