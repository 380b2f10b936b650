import APIClient
import Domain
import Foundation
import Synchronization
import Terminal

/// Shows an answer on stdout while it is made, then what the streamed parts did not show.
final class AnswerPrinter: Sendable {
    private let isSilent: Bool
    private let renderer = AnswerRenderer(
        style: .forDescriptor(STDOUT_FILENO), columns: TerminalSize.columns(of: STDOUT_FILENO))
    /// Steps on the screen.
    private let shown = Mutex<[Step]>([])

    init(isSilent: Bool) { self.isSilent = isSilent }

    func show(_ event: AskEvent) {
        guard !isSilent else { return }
        switch event {
        case .safety(let blocks): Output.write(blocks.flatMap { renderer.render($0) })
        case .step(let step):
            shown.withLock { $0.append(step) }
            Output.write(renderer.render(step))
        case .restarted(let reason):
            let hadSteps = shown.withLock { steps in
                defer { steps = [] }
                return !steps.isEmpty
            }
            let notice = hadSteps ? "The steps above are void, the manual's own follow" : "The manual's own words"
            Output.write(renderer.style("\(notice): \(reason).", .warning))
        case .answer, .failed: break
        }
    }

    func finish(_ answer: Answer, language: Language) {
        guard !isSilent else { return }
        switch answer.status {
        // What was streamed is the answer, unless verification of the whole took something back.
        case .answered, .extract:
            let isShown = shown.withLock { $0 == answer.steps }
            Output.write(
                isShown
                    ? renderer.renderEnd(of: answer, language: language) : renderer.render(answer, language: language))
        case .ambiguous, .notInManuals: Output.write(renderer.render(answer, language: language))
        }
    }
}
