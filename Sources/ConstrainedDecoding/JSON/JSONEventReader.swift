/// A strict RFC 8259 reader that is fed one byte at a time and says what began and ended.
///
/// Stricter than the RFC in one point: an object may not have the same key twice. A number ends only with the byte
/// after it, since nothing before tells that it is whole.
struct JSONEventReader: Sendable {
    enum Event {
        case objectBegan, objectEnded, arrayBegan, arrayEnded
        /// The key's bytes with its escapes resolved.
        case key([UInt8])
        /// The bytes of a string, number or word as they stood in the text.
        case scalar([UInt8])
    }

    private enum Expectation {
        case value, valueOrArrayEnd, keyOrObjectEnd, key, colon, commaOrEnd, nothing
    }

    private enum Lexeme {
        case none
        case string(StringAutomaton.State, isKey: Bool)
        case number(JSONNumberAutomaton.State)
        case word([UInt8])
    }

    private enum Container {
        case array
        case object(keys: Set<[UInt8]>)
    }

    private let limits: JSONLimits
    private var expectation = Expectation.value
    private var lexeme = Lexeme.none
    private var lexemeBytes: [UInt8] = []
    private var containers: [Container] = []
    private(set) var offset = 0

    init(limits: JSONLimits) {
        self.limits = limits
    }

    /// Containers open now.
    var depth: Int { containers.count }

    /// Whether one whole value was read; a number at the top level is whole only after ``finish(_:)``.
    var isComplete: Bool {
        if case .none = lexeme { return expectation == .nothing }
        return false
    }

    /// Reads one byte; `emit` receives at most two events, in order.
    mutating func consume(_ byte: UInt8, _ emit: (Event) -> Void) throws(JSONReadError) {
        guard offset < limits.sizeBytes else {
            throw fault(.tooLong, "the limit is \(limits.sizeBytes) bytes")
        }
        switch lexeme {
        case .none: try consumeStructure(byte, emit)
        case .string(let state, let isKey): try consumeString(byte, state, isKey, emit)
        case .word(let word): try consumeWord(byte, word, emit)
        case .number(let state):
            if let next = JSONNumberAutomaton.next(state, byte) {
                lexeme = .number(next)
                lexemeBytes.append(byte)
            } else {
                guard state.mayEnd else { throw unexpected(byte, "a digit") }
                endScalar(emit)
                try consumeStructure(byte, emit)
            }
        }
        offset += 1
    }

    /// Says that the text ends here.
    mutating func finish(_ emit: (Event) -> Void) throws(JSONReadError) {
        if case .number(let state) = lexeme, state.mayEnd { endScalar(emit) }
        guard isComplete else { throw fault(.unexpectedEnd, "the text ends inside a value") }
    }

    private mutating func consumeStructure(_ byte: UInt8, _ emit: (Event) -> Void) throws(JSONReadError) {
        switch (expectation, byte) {
        case (_, 0x20), (_, 0x09), (_, 0x0A), (_, 0x0D): return
        case (.valueOrArrayEnd, UInt8(ascii: "]")), (.keyOrObjectEnd, UInt8(ascii: "}")):
            closeContainer(emit)
        case (.value, _), (.valueOrArrayEnd, _): try beginValue(byte, emit)
        case (.keyOrObjectEnd, StringAutomaton.quote), (.key, StringAutomaton.quote):
            begin(.string(StringAutomaton.body, isKey: true), byte)
        case (.keyOrObjectEnd, _), (.key, _): throw unexpected(byte, "a key in double quotes")
        case (.colon, UInt8(ascii: ":")): expectation = .value
        case (.colon, _): throw unexpected(byte, "a colon")
        case (.commaOrEnd, _): try consumeSeparator(byte, emit)
        case (.nothing, _): throw unexpected(byte, "the end of the text")
        }
    }

    private mutating func consumeSeparator(_ byte: UInt8, _ emit: (Event) -> Void) throws(JSONReadError) {
        switch (containers.last, byte) {
        case (.array, UInt8(ascii: ",")): expectation = .value
        case (.object, UInt8(ascii: ",")): expectation = .key
        case (.array, UInt8(ascii: "]")), (.object, UInt8(ascii: "}")): closeContainer(emit)
        case (.array, _): throw unexpected(byte, "a comma or ]")
        default: throw unexpected(byte, "a comma or }")
        }
    }

    private mutating func beginValue(_ byte: UInt8, _ emit: (Event) -> Void) throws(JSONReadError) {
        switch byte {
        case UInt8(ascii: "{"):
            try open(.object(keys: []), then: .keyOrObjectEnd)
            emit(.objectBegan)
        case UInt8(ascii: "["):
            try open(.array, then: .valueOrArrayEnd)
            emit(.arrayBegan)
        case StringAutomaton.quote: begin(.string(StringAutomaton.body, isKey: false), byte)
        case UInt8(ascii: "t"): begin(.word(Array("true".utf8)), byte)
        case UInt8(ascii: "f"): begin(.word(Array("false".utf8)), byte)
        case UInt8(ascii: "n"): begin(.word(Array("null".utf8)), byte)
        default:
            guard let state = JSONNumberAutomaton.next(.start, byte) else { throw unexpected(byte, "a value") }
            begin(.number(state), byte)
        }
    }

    private mutating func consumeString(
        _ byte: UInt8, _ state: StringAutomaton.State, _ isKey: Bool, _ emit: (Event) -> Void
    ) throws(JSONReadError) {
        let next = StringAutomaton.next(state, byte, isPlain: false)
        guard next != StringAutomaton.rejected else { throw unexpected(byte, "a well-formed string") }
        lexemeBytes.append(byte)
        guard next == StringAutomaton.closed else {
            lexeme = .string(next, isKey: isKey)
            return
        }
        guard isKey else { return endScalar(emit) }
        let key = JSONText.unescaped(lexemeBytes.dropFirst().dropLast())
        if case .object(var keys) = containers.popLast() {
            let (isNew, _) = keys.insert(key)
            containers.append(.object(keys: keys))
            guard isNew else { throw fault(.duplicateKey, "\"\(String(decoding: key, as: UTF8.self))\" again") }
        }
        lexeme = .none
        expectation = .colon
        emit(.key(key))
    }

    private mutating func consumeWord(
        _ byte: UInt8, _ word: [UInt8], _ emit: (Event) -> Void
    ) throws(JSONReadError) {
        guard byte == word[lexemeBytes.count] else {
            throw unexpected(byte, String(decoding: word, as: UTF8.self))
        }
        lexemeBytes.append(byte)
        if lexemeBytes.count == word.count { endScalar(emit) }
    }

    private mutating func begin(_ lexeme: Lexeme, _ byte: UInt8) {
        self.lexeme = lexeme
        lexemeBytes = [byte]
    }

    private mutating func endScalar(_ emit: (Event) -> Void) {
        lexeme = .none
        expectation = containers.isEmpty ? .nothing : .commaOrEnd
        emit(.scalar(lexemeBytes))
    }

    private mutating func open(_ container: Container, then next: Expectation) throws(JSONReadError) {
        guard containers.count < limits.depth else { throw fault(.tooDeep, "the limit is \(limits.depth) levels") }
        containers.append(container)
        expectation = next
    }

    private mutating func closeContainer(_ emit: (Event) -> Void) {
        let closed = containers.removeLast()
        expectation = containers.isEmpty ? .nothing : .commaOrEnd
        if case .array = closed { emit(.arrayEnded) } else { emit(.objectEnded) }
    }

    private func fault(_ code: JSONReadError.Code, _ detail: String) -> JSONReadError {
        JSONReadError(code: code, offset: offset, detail: detail)
    }

    private func unexpected(_ byte: UInt8, _ expected: String) -> JSONReadError {
        fault(.unexpectedByte, "found \(JSONText.display(byte)), expected \(expected)")
    }
}
