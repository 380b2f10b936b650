import Domain
import Foundation
import Ingestion
import Journal
import Logging
import Manuals
import Synchronization
import Testing
import Troubleshooting

@testable import Appliance

/// A journal, a small library and a model that writes the one remedy of its manuals, counted.
final class AnsweringPlant: Sendable {
    static let remedy = "Check fuse K1."

    let directory: TemporaryDirectory
    let journal: EventJournal
    let library: Library
    let model: CountingModel
    let answerer: Answerer
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init(model: CountingModel = CountingModel()) throws {
        directory = try TemporaryDirectory(inMemory: true)
        journal = try EventJournal(path: directory.url.appendingPathComponent("journal.sqlite").path)
        library = try Library.open(directory.url.appendingPathComponent("library"))
        self.model = model
        answerer = Answerer(library: library, model: model, journal: journal, logger: logger)
    }

    /// Imports a manual with a row for each code.
    func loadManual(model: String, rows: [(code: String, remedy: String)]) throws {
        let file = directory.url.appendingPathComponent("\(model).md")
        let table = rows.map { "| \($0.code) | Fault of \($0.code) | 1. \($0.remedy) |\n" }.joined()
        let head = "---\ntitle: \(model) manual\nmachine_model: \(model)\nlanguage: en\n---\n# Alarms\n\n"
        try Data((head + "| Code | Fault | Remedy |\n|---|---|---|\n" + table + "\n").utf8).write(to: file)
        _ = try library.importManuals([file])
    }

    /// Machines `MODEL-1`, `MODEL-2`, … of each model.
    static func configuration(models: [String], machinesEach count: Int) throws -> Configuration {
        var configuration = Configuration(
            language: .english, answersTopic: try TopicTemplate(Configuration.standardAnswersTopic))
        for model in models {
            for number in 1...count {
                let id = MachineID(rawValue: "\(model)-\(number)")
                configuration.machines.append(
                    Configuration.MachineEntry(
                        machine: Machine(id: id, model: MachineModel(rawValue: model), language: .english),
                        profile: "generic-json",
                        connection: .mqtt(try TopicTemplate("plant/\(id)/alarm"), .standard)))
            }
        }
        return configuration
    }

    func question(_ code: String, machine: String = "press-1", model: String = "press", text: String? = nil) -> Question
    {
        Question(
            code: FaultCode(code), text: text, machine: MachineID(rawValue: machine),
            machineModel: MachineModel(rawValue: model), language: .english)
    }

    func answer(_ question: Question, urgency: Urgency = .incident) async throws -> Answer {
        try await answerer.answer(question, urgency: urgency) { _ in }
    }
}

/// Writes `AnsweringPlant.remedy` for whatever it is asked, when it is let.
final class CountingModel: TextGenerator, GeneratorSource {
    private struct State {
        var prompts: [String] = []
        var held: [AsyncThrowingStream<[UInt8], any Error>.Continuation] = []
        var holds = false
        var cancelled = 0
    }

    let model: GeneratorModel
    private let state = Mutex(State())
    private static let draft = Array(
        #"{"steps":[{"action":"\#(AnsweringPlant.remedy)","cite":["p1"]}],"escalation":""}"#.utf8)

    init(sha256: String = "first") { model = GeneratorModel(name: "counting", sha256: sha256, contextTokens: 4_096) }

    var calls: Int { state.withLock { $0.prompts.count } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    /// From now on texts are begun and not finished.
    func hold() { state.withLock { $0.holds = true } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.holds = false
            return state.held
        }
        held.forEach(Self.finish)
    }

    func tokenCount(_ prompt: Prompt) -> Int { prompt.user.utf8.count / 3 }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<[UInt8], any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
        continuation.onTermination = { [self] reason in
            if case .cancelled = reason { state.withLock { $0.cancelled += 1 } }
        }
        let isHeld = state.withLock { state in
            state.prompts.append(request.prompt.user)
            if state.holds { state.held.append(continuation) }
            return state.holds
        }
        if !isHeld { Self.finish(continuation) }
        return stream
    }

    private static func finish(_ continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation) {
        continuation.yield(draft)
        continuation.finish()
    }

    func writer() async -> (any TextGenerator)? { self }
    var status: ModelHost.Status { .loaded(model, device: "none") }
}
