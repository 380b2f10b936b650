import APIClient
import Domain
import Foundation
import Synchronization
import Terminal

/// Shows an answer on stdout while it is made, then what the streamed parts did not show.
final class AnswerPrinter: Sendable {
    private let isSilent: Bool
    private let language: Language
    private let renderer = AnswerRenderer(
        style: .forDescriptor(STDOUT_FILENO), columns: TerminalSize.columns(of: STDOUT_FILENO))
    /// The procedures on the screen, with the heads that they were shown under.
    private let shown = Mutex<[(head: ProcedureHead, steps: [Step])]>([])

    /// - Parameter language: of the answer.
    init(isSilent: Bool, language: Language) {
        self.isSilent = isSilent
        self.language = language
    }

    func show(_ event: AskEvent) {
        guard !isSilent else { return }
        switch event {
        case .safety(let blocks): Output.write(blocks.flatMap { renderer.render($0) })
        case .step(let step, of: let procedure):
            let isFirst = shown.withLock { shown in
                let isFirst = shown.last?.head.number != procedure.number
                if isFirst { shown.append((procedure, [])) }
                shown[shown.count - 1].steps.append(step)
                return isFirst
            }
            if isFirst { Output.write(renderer.renderHead(procedure, language: language)) }
            Output.write(renderer.render(step))
        case .restarted(let reason):
            let hadSteps = shown.withLock { shown in
                defer { shown = [] }
                return !shown.isEmpty
            }
            let notice = hadSteps ? "The steps above are void, the manual's own follow" : "The manual's own words"
            Output.write(renderer.style("\(notice): \(reason).", .warning))
        case .answer, .failed: break
        }
    }

    func finish(_ answer: Answer) {
        guard !isSilent else { return }
        switch answer.status {
        // What was streamed is the answer, unless a procedure came that the first one's reader could not know of.
        case .answered, .extract:
            let isShown = shown.withLock { shown in
                shown.allSatisfy { ($0.head.count > 1) == (answer.procedures.count > 1) }
                    && shown.map(\.steps) == answer.procedures.map(\.steps).filter { !$0.isEmpty }
            }
            Output.write(
                isShown
                    ? renderer.renderEnd(of: answer, language: language) : renderer.render(answer, language: language))
        case .ambiguous, .mentioned, .notInManuals: Output.write(renderer.render(answer, language: language))
        }
    }
}
