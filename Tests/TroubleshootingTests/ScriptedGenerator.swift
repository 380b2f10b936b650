@testable import Troubleshooting

/// Stands for the engine: replays a draft in the given pieces.
struct ScriptedGenerator: TextGenerator {
    enum Ending: Sendable {
        case finished
        case failure(any Error)
        /// Says nothing more until the reader ends the stream.
        case silence
    }

    let model: GeneratorModel
    var pieces: [[UInt8]]
    let ending: Ending

    init(_ draft: String, contextTokens: Int = 4_096, ending: Ending = .finished) {
        pieces = [Array(draft.utf8)]
        model = GeneratorModel(
            name: "scripted", sha256: String(repeating: "0", count: 64), contextTokens: contextTokens)
        self.ending = ending
    }

    /// Roughly as dense as a real vocabulary.
    func tokenCount(_ prompt: Prompt) -> Int { (prompt.system.utf8.count + prompt.user.utf8.count) / 3 }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            for piece in pieces { continuation.yield(piece) }
            switch ending {
            case .finished: continuation.finish()
            case .failure(let error): continuation.finish(throwing: error)
            case .silence: break
            }
        }
    }
}

struct DeviceLost: Error {}
