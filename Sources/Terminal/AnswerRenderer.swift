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
            lines += answer.steps.flatMap { render($0) }
        case .ambiguous:
            lines.append(style(phrases.ambiguous, .heading))
            lines += answer.candidates.flatMap { candidate in
                indented(
                    "- ",
                    [candidate.machineModel.rawValue, candidate.code.written, candidate.title]
                        .compactMap(\.self).joined(separator: "  "))
            }
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
        return lines + renderEnd(of: answer, language: language)
    }

    /// What follows the steps: when to call for help, and where the steps come from.
    public func renderEnd(of answer: Answer, language: Language) -> [String] {
        let phrases = Phrases.of(language)
        var lines: [String] = []
        if let escalation = answer.escalation, !escalation.isEmpty {
            lines += indented("\(phrases.escalation): ", escalation)
        }
        lines += answer.citations.flatMap { render($0, language: language) }
        if let approval = answer.approval {
            let day = approval.at.formatted(.iso8601.year().month().day())
            lines += indented("\(approval.edited ? phrases.edited : phrases.approved): ", "\(approval.by), \(day)")
        }
        if let repairs = answer.repairs { lines += render(repairs, language: language) }
        return lines
    }

    /// The plant's own records, under a heading of their own: nobody may take them for the manual.
    public func render(_ repairs: RepairHistory, language: Language) -> [String] {
        let phrases = Phrases.of(language)
        var lines = [style(phrases.repairs, .heading)]
        lines += repairs.actions.flatMap { action in
            let step = action.step.map { "\(phrases.step) \($0): " } ?? ""
            let day = action.last.map { " (\($0))" } ?? ""
            return indented("\(phrases.share(action.fixed, repairs.records)) ", step + action.action + day)
        }
        return lines + indented("", repairs.sources.joined(separator: ", ")).map { style($0, .faint) }
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
