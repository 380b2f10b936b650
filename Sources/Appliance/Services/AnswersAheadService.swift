import Domain
import Journal
import Logging
import ServiceLifecycle
import Troubleshooting

/// Writes answers for the codes of the configured machines into the book while nobody waits for one.
struct AnswersAheadService: Service {
    /// How often a new library or model is looked for while nothing happens.
    static let period = Duration.seconds(30)

    let answerer: Answerer
    let configuration: Configuration
    let logger: Logger
    var period = AnswersAheadService.period

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let foreground = answerer.foreground
                group.addTask {
                    repeat { foreground.idle.signal() } while (try? await Task.sleep(for: period)) != nil
                }
                var plan = Plan()
                let trouble = StandingTrouble()
                for await _ in foreground.idle.stream {
                    do {
                        try await workOff(&plan)
                        trouble.isOver()
                    } catch  where trouble.isNews("\(error)") {
                        logger.error("cannot answer ahead; trying again", metadata: ["error": "\(error)"])
                    } catch {}
                }
                group.cancelAll()
            }
        }
    }

    /// Goes through the causes until somebody comes.
    private func workOff(_ plan: inout Plan) async throws {
        guard let generator = await answerer.model.writer() else { return }
        let library = answerer.library
        let number = try await offSharedPool {
            try library.refresh()
            return library.libraryNumber
        }
        let version = Plan.Version(library: number, model: generator.model)
        if plan.version != version {
            plan = Plan(version: version, questions: try await offSharedPool { try questions() })
        }
        while let question = plan.questions.last {
            let answerer = answerer
            let logger = logger
            let isDone = await answerer.foreground.whileIdle {
                do {
                    _ = try await answerer.answer(question, urgency: .background) { _ in }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error(
                        "cannot answer a code ahead",
                        metadata: ["code": "\(question.code?.written ?? "-")", "error": "\(error)"])
                }
            }
            guard isDone else { return }
            plan.questions.removeLast()
            if plan.questions.isEmpty { logger.info("all codes of the machines are in the answer book") }
        }
    }

    /// Every code of every machine model in every language that its operators read, the last first.
    private func questions() throws -> [Question] {
        let readers = Set(configuration.machines.map { Reader(model: $0.machine.model, language: $0.machine.language) })
        return try readers.sorted { ($0.model, $0.language.rawValue) > ($1.model, $1.language.rawValue) }
            .flatMap { reader in
                try answerer.library.codes(of: reader.model).reversed().map { code in
                    Question(
                        code: code, text: nil, machine: nil, machineModel: reader.model, language: reader.language)
                }
            }
    }

    private struct Reader: Hashable {
        let model: MachineModel
        let language: Language
    }

    /// What is left to look at under one library and model.
    private struct Plan {
        struct Version: Equatable {
            let library: Int
            let model: GeneratorModel
        }

        var version: Version?
        var questions: [Question] = []
    }
}
