import Foundation

/// What is wrong with a draft; `offset` counts its bytes from 0.
public struct DraftError: Error, Sendable, Hashable, CustomStringConvertible {
    public let offset: Int
    public let expected: String

    public var description: String { "draft byte \(offset): expected \(expected)" }
}

/// Reads a draft byte by byte and yields each step as soon as its object closes, and the escalation at the end.
///
/// The schema is the whole language: no blanks between tokens, keys in their order, no escapes. Whatever differs is an
/// error, for then the output did not come through the grammar.
struct DraftStream {
    enum Element: Hashable {
        case step(DraftStep)
        case escalation(String)
    }

    private enum State {
        case literal([UInt8], at: Int, then: Next)
        /// Within a step's object; `inString` because braces in a string do not close it.
        case step(inString: Bool)
        case afterStep
        case escalation
        case end
    }

    private enum Next { case step, escalation, end }

    private var state: State
    private var collected: [UInt8] = []
    private var steps = 0
    private var offset = 0

    /// Four bytes a scalar and the keys around the text.
    private static let stepBytesLimit = DraftSchema.textLimit * 4 + 64

    init() {
        state = .literal(Array("{\"steps\":[{".utf8), at: 0, then: .step)
    }

    /// - Returns: what this byte completes.
    mutating func append(_ byte: UInt8) throws(DraftError) -> Element? {
        defer { offset += 1 }
        switch state {
        case .literal(let bytes, let index, let next):
            guard byte == bytes[index] else { throw failure(String(decoding: bytes[index...], as: UTF8.self)) }
            if index + 1 < bytes.count {
                state = .literal(bytes, at: index + 1, then: next)
            } else {
                enter(next)
            }
            return nil
        case .step(let inString):
            return try appendToStep(byte, inString: inString)
        case .afterStep:
            if byte == UInt8(ascii: ","), steps < DraftSchema.stepsLimit {
                state = .literal([UInt8(ascii: "{")], at: 0, then: .step)
            } else if byte == UInt8(ascii: "]") {
                state = .literal(Array(",\"escalation\":\"".utf8), at: 0, then: .escalation)
            } else {
                throw failure("\",\" before at most \(DraftSchema.stepsLimit) steps or \"]\"")
            }
            return nil
        case .escalation:
            guard byte == UInt8(ascii: "\"") else {
                collected.append(byte)
                guard collected.count <= Self.stepBytesLimit else { throw failure("a shorter escalation") }
                return nil
            }
            state = .literal([UInt8(ascii: "}")], at: 0, then: .end)
            return .escalation(try plainText(collected, minimum: 0))
        case .end:
            throw failure("nothing after the draft")
        }
    }

    /// Checks that the draft is whole.
    func finish() throws(DraftError) {
        guard case .end = state else { throw failure("more: the draft is cut off") }
    }

    private mutating func enter(_ next: Next) {
        switch next {
        case .step:
            collected = [UInt8(ascii: "{")]
            state = .step(inString: false)
        case .escalation:
            collected = []
            state = .escalation
        case .end:
            state = .end
        }
    }

    private mutating func appendToStep(_ byte: UInt8, inString: Bool) throws(DraftError) -> Element? {
        collected.append(byte)
        guard collected.count <= Self.stepBytesLimit else { throw failure("a shorter step") }
        if byte == UInt8(ascii: "\"") { state = .step(inString: !inString) }
        guard byte == UInt8(ascii: "}"), !inString else { return nil }
        guard let step = try? JSONDecoder().decode(DraftStep.self, from: Data(collected)),
            Array(Self.canonical(step).utf8) == collected
        else { throw failure("{\"action\":\"…\",\"cite\":[\"…\"]}") }
        _ = try plainText(Array(step.action.utf8), minimum: 1)
        guard (1...DraftSchema.citesLimit).contains(step.cite.count) else {
            throw failure("1 to \(DraftSchema.citesLimit) cites")
        }
        steps += 1
        state = .afterStep
        return .step(step)
    }

    /// The only spelling of a step that the grammar allows.
    private static func canonical(_ step: DraftStep) -> String {
        "{\"action\":\"\(step.action)\",\"cite\":[" + step.cite.map { "\"\($0)\"" }.joined(separator: ",") + "]}"
    }

    private func plainText(_ bytes: [UInt8], minimum: Int) throws(DraftError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self),
            (minimum...DraftSchema.textLimit).contains(text.unicodeScalars.count),
            !text.unicodeScalars.contains(where: { $0 == "\\" || $0.value < 0x20 })
        else { throw failure("\(minimum) to \(DraftSchema.textLimit) characters of UTF-8 without escapes") }
        return text
    }

    private func failure(_ expected: String) -> DraftError { DraftError(offset: offset, expected: expected) }
}
