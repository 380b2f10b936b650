import Appliance
import ArgumentParser
import Domain
import Foundation
import Synchronization
import Logging
import Manuals
import Terminal
import Troubleshooting

struct BenchAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "How long whole answers take, with the model, without, and from the book.",
        discussion: """
            Asks for codes of the sample manuals, with the configured model (the demonstration model by default).

            Example: andon bench answer --count 20 --json
            """)

    @Option(help: "How many codes to ask for, spread over the manuals.") var count = 10
    @Flag(help: "One JSON document.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    private struct Figures: Encodable {
        let model: String
        let statuses: [String: Int]
        let droppedSteps: Int
        let retrieve: Spread
        let firstStep: Spread?
        let answer: Spread
        let extract: Spread
        let book: Spread

        enum CodingKeys: String, CodingKey {
            case model, statuses
            case book = "incident_to_known_answer_ms"
            case droppedSteps = "dropped_steps"
            case retrieve = "retrieve_ms"
            case firstStep = "first_step_ms"
            case answer = "answer_ms"
            case extract = "extract_ms"
        }
    }

    func validate() throws {
        guard (1...10_000).contains(count) else { throw ValidationError("--count: expected 1 to 10000") }
    }

    func run() async throws {
        let settings = options.over(root.options)
        let shipped = try ShippedFiles.locate()
        let sample = try SampleLibrary(shipped)
        let questions = try sample.questions(atMost: count)
        var configuration = try settings.configuration(shipped)
        let logger = settings.logger("andon", standard: .error)
        let written = try await measure(questions, configuration, sample, shipped, logger)
        let book = try await BookFigures.measure(configuration, shipped, logger)
        configuration.model.file = .none
        let extracts = try await measure(questions, configuration, sample, shipped, logger)
        let figures = Figures(
            model: written.model,
            statuses: Dictionary(grouping: written.answers, by: \.status.rawValue).mapValues(\.count),
            droppedSteps: written.answers.map(\.provenance.verifier.droppedSteps).reduce(0, +),
            retrieve: Spread(written.answers.map(\.timing.retrieve)),
            firstStep: written.firstStepMs.isEmpty ? nil : Spread(written.firstStepMs),
            answer: Spread(written.answers.map(\.timing.total)),
            extract: Spread(extracts.answers.map(\.timing.total)), book: book)
        if json { return try Output.json(figures) }
        Output.write("model       \(figures.model)")
        Output.write(
            "statuses    \(figures.statuses.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")), \(figures.droppedSteps) steps dropped"
        )
        Output.write("retrieval   \(figures.retrieve)")
        if let firstStep = figures.firstStep { Output.write("first step  \(firstStep)") }
        Output.write("answer      \(figures.answer)")
        Output.write("extract     \(figures.extract)")
        Output.write("from book   \(figures.book), from an incident's event to its answer")
    }

    private struct Measured {
        let model: String
        let answers: [Answer]
        let firstStepMs: [Double]
    }

    private func measure(
        _ questions: [Question], _ configuration: Configuration, _ sample: SampleLibrary, _ shipped: ShippedFiles,
        _ logger: Logger
    ) async throws -> Measured {
        let appliance = try Appliance(
            configuration: configuration, directory: sample.directory, shipped: shipped, logger: logger)
        let model = await appliance.loadModel()
        var answers: [Answer] = []
        var firstStepMs: [Double] = []
        let bar = ProgressBar("Measuring")
        for question in questions {
            let start = ContinuousClock.now
            let first = Mutex<Double?>(nil)
            answers.append(
                try await appliance.answer(question) { progress in
                    guard case .step = progress else { return }
                    first.withLock { $0 = $0 ?? start.duration(to: .now) / .milliseconds(1) }
                })
            if let first = first.withLock({ $0 }) { firstStepMs.append(first) }
            bar.update(Double(answers.count) / Double(questions.count))
        }
        bar.finish()
        return Measured(model: "\(model)", answers: answers, firstStepMs: firstStepMs)
    }
}
