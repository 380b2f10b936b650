import APIClient
import Appliance
import Domain
import Foundation
import Synchronization
import Terminal

/// Shows the demonstration to a person, or its answers to a program.
final class DemonstrationPrinter: Sendable {
    private let isJSON: Bool
    private let style = Style.forDescriptor(STDOUT_FILENO)
    private let columns = TerminalSize.columns(of: STDOUT_FILENO)
    /// Prints the answer that is being made; a new one for each scene.
    private let answerPrinter = Mutex<AnswerPrinter?>(nil)

    init(isJSON: Bool) { self.isJSON = isJSON }

    func show(_ report: DemonstrationReport) {
        if isJSON {
            guard case .answered(let outcome, _) = report, let line = try? outcome.answer.json() else { return }
            return Output.json(text: String(decoding: line, as: UTF8.self))
        }
        switch report {
        case .preparing(let what): Output.write(style("… \(what)", .faint))
        case .ready(let model): Output.write(style("… Ready: \(model)", .faint))
        case .playing(let number, let count, let scene):
            Output.write("")
            Output.write(style("[\(number)/\(count)] \(scene.title)", .heading))
            Output.write(TextWrapper(width: columns).wrap(scene.detail).map { style($0, .faint) })
            answerPrinter.withLock { $0 = nil }
        case .progress(let progress, let language):
            guard let event = AskEvent(progress) else { return }
            printer(language).show(event)
        case .answered(let outcome, let language):
            printer(language).finish(outcome.answer)
            let first = outcome.firstStepMs.map { "first step after \(Self.seconds($0)), " } ?? ""
            Output.write(
                style(
                    "\(outcome.answer.status.rawValue): \(first)whole answer after \(Self.seconds(outcome.totalMs));"
                        + " received on \(outcome.topic)", .good))
        case .folded(let incident):
            Output.write(
                style("Folded into incident \(incident.id), now \(incident.count) events; no second answer.", .good))
        case .unparseable(let reason):
            Output.write(style("Kept in the journal as unreadable: \(reason)", .good))
        case .finished(let summary): finish(summary)
        }
    }

    private func printer(_ language: Language) -> AnswerPrinter {
        answerPrinter.withLock { current in
            let printer = current ?? AnswerPrinter(isSilent: false, language: language)
            current = printer
            return printer
        }
    }

    private func finish(_ summary: DemonstrationReport.Summary) {
        Output.write("")
        Output.write(style("Summary", .heading))
        let statuses = Answer.Status.allCases.compactMap { status in
            summary.answersByStatus[status].map { "\($0) \(status.rawValue)" }
        }
        Output.write("events in          \(summary.events), of which \(summary.unparseable) unreadable")
        Output.write("incidents          \(summary.incidents)")
        Output.write("answers            \(statuses.joined(separator: ", ")); \(summary.received) received over MQTT")
        let first = summary.slowestFirstStepMs.map { "first step \(Self.seconds($0)), " } ?? ""
        Output.write("slowest            \(first)whole answer \(Self.seconds(summary.slowestAnswerMs))")
        if let keptAt = summary.keptAt { Output.write("kept in            \(keptAt)") }
    }

    private static func seconds(_ milliseconds: Double) -> String {
        String(format: "%.2f s", milliseconds / 1000)
    }
}
