/// Holds the tokens of one generation to a ``Grammar``.
///
/// A token is allowed when the text so far with the token's bytes after it is the beginning of some document of the
/// grammar; a token may cross any number of values, keys and punctuation and may end inside a character. There is
/// always an allowed token: the grammar has no dead ends and ``init(grammar:tokens:)`` checks that the vocabulary has
/// none.
public struct TokenConstraint: Sendable {
    /// Bytes that ``forcedBytes()`` gives at most at a time.
    public static let maximumForcedBytes = 4096

    let grammar: Grammar
    let tokens: TokenTable
    /// The ways to read the text so far, each of which a document can go on from.
    private(set) var cursors: [Cursor]
    private(set) var stack = FrameStack()

    /// - Throws: ``ConstraintError/Code/badVocabulary`` when a byte that the grammar writes is no token by itself, so
    ///   that generation could get stuck.
    public init(grammar: Grammar, tokens: TokenTable) throws(ConstraintError) {
        let missing = grammar.usedBytes.filter { !tokens.singleByteTokens.contains($0) }
        guard missing.isEmpty else {
            let shown = missing.prefix(8).map(JSONText.display).joined(separator: ", ")
            throw ConstraintError(
                code: .badVocabulary, token: nil, detail: "\(missing.count) bytes have no token of their own: \(shown)")
        }
        self.grammar = grammar
        self.tokens = tokens
        cursors = grammar.start
    }

    /// Computes what masks need that does not depend on the text so far, which else the first mask to need it does.
    ///
    /// That is a few milliseconds for each state inside a text, once for a vocabulary and as long as ``TokenTable``
    /// remembers it. Meant to run while a prompt is evaluated; what is asked for at the same time is not held up.
    public func prepare() { tokens.prepare(grammar.book.texts) }

    /// Whether the document is whole and only an end-of-generation token may follow.
    public var isComplete: Bool { cursors.allSatisfy(\.isComplete) }

    /// Whether an end-of-generation token may follow.
    ///
    /// This comes before ``isComplete`` only where the document could also go on: a bare number or word, or a text of a
    /// pattern or a list.
    public var mayEnd: Bool { cursors.contains { grammar.book.mayEnd($0, stack) } }

    /// Goes on by one token.
    ///
    /// - Throws: ``ConstraintError``; the constraint is then as before.
    public mutating func advance(_ token: Int32) throws(ConstraintError) {
        guard (0..<tokens.vocabularyCount).contains(Int(token)) else {
            throw ConstraintError(
                code: .unknownToken, token: token, detail: "the vocabulary has \(tokens.vocabularyCount)")
        }
        if tokens.endOfGeneration.contains(token) {
            guard mayEnd else {
                throw ConstraintError(code: .notAllowed, token: token, detail: "the document is not complete")
            }
            cursors = [Cursor(top: .none, depth: 0)]
            stack = FrameStack()
            return
        }
        let bytes = tokens.bytes(of: token)
        guard (1...TokenTable.maximumTokenBytes).contains(bytes.count) else {
            throw ConstraintError(code: .notAllowed, token: token, detail: "\(bytes.count) bytes of text")
        }
        if let place = advance(bytes: bytes) {
            let byte = JSONText.display(bytes[bytes.startIndex + place])
            throw ConstraintError(
                code: .notAllowed, token: token, detail: "its byte \(place), \(byte), cannot follow")
        }
    }

    /// Goes on by some bytes.
    ///
    /// - Returns: The offset of the byte that cannot follow, nil if all can; the constraint is as before if one cannot.
    mutating func advance(bytes: some Collection<UInt8>) -> Int? {
        var trial = stack
        var result: [Cursor] = []
        var furthest = 0
        for cursor in cursors {
            var reached = [cursor]
            for (place, byte) in bytes.enumerated() {
                reached = grammar.advanced(reached, byte, &trial)
                furthest = max(furthest, place)
                if reached.isEmpty { break }
            }
            for cursor in reached where result.count < SchemaLimits.readings && !result.contains(cursor) {
                result.append(cursor)
            }
        }
        guard !result.isEmpty else { return furthest }
        result = Array(result.flatMap { grammar.book.entered($0, &trial) }.prefix(SchemaLimits.readings))
        trial.compact(&result)
        (cursors, stack) = (result, trial)
        return nil
    }

    /// Whether a token may come next.
    public func allows(_ token: Int32) -> Bool { acceptedPrefix(of: CollectionOfOne(token)) == 1 }

    /// How many of some proposed tokens may follow one after another.
    public func acceptedPrefix(of proposed: some Sequence<Int32>) -> Int {
        var trial = self
        var count = 0
        for token in proposed {
            guard (try? trial.advance(token)) != nil else { break }
            count += 1
        }
        return count
    }

    /// The bytes that must come next: the longest text that every document with this beginning goes on with.
    ///
    /// Empty where there is a choice or the document is whole. What a tokenizer makes of these bytes is always
    /// accepted, but its last token may be another than the one the model would have written across the boundary.
    public func forcedBytes() -> [UInt8] {
        var place = (cursors: cursors, stack: stack)
        var forced: [UInt8] = []
        while forced.count < Self.maximumForcedBytes,
            !place.cursors.contains(where: { grammar.book.mayEnd($0, place.stack) })
        {
            var only: (byte: UInt8, cursors: [Cursor])?
            let known = place.stack.count
            for byte in grammar.following(place.cursors, place.stack) {
                let reached = grammar.advanced(place.cursors, byte, &place.stack)
                guard !reached.isEmpty else { continue }
                guard only == nil else { return forced }
                only = (byte, reached)
            }
            guard let only else { break }
            forced.append(only.byte)
            place.cursors = only.cursors
            if place.stack.count > known { place.stack.compact(&place.cursors) }
        }
        return forced
    }

    /// The bytes that make the text so far a whole document; empty where it is one.
    ///
    /// For a caller that must stop generating: what it writes out is then still valid, though cut short. No other bytes
    /// that do this are fewer, save where a key that is not named or a pattern at its `maxLength` leaves no shorter way.
    public func closingBytes() -> [UInt8] {
        var place = self
        var closing: [UInt8] = []
        var left = place.remainingBytes
        while left > 0 {
            var best: (byte: UInt8, after: TokenConstraint, left: Int)?
            for byte in grammar.following(place.cursors, place.stack) {
                var trial = place
                guard trial.advance(bytes: CollectionOfOne(byte)) == nil else { continue }
                let after = trial.remainingBytes
                if after < best?.left ?? .max { best = (byte, trial, after) }
                if after < left { break }
            }
            // There is no dead end, so some byte follows.
            guard let best else { break }
            closing.append(best.byte)
            (place, left) = (best.after, best.left)
        }
        return closing
    }

    /// Bytes between here and the end of the shortest document.
    var remainingBytes: Int { cursors.map { grammar.book.remaining($0, stack) }.min() ?? 0 }
}

extension Grammar {
    /// The bytes that may follow at one of some places, and perhaps some that may not.
    func following(_ cursors: [Cursor], _ stack: FrameStack) -> ByteSet {
        cursors.reduce(into: ByteSet()) { $0.formUnion(book.following($1, stack)) }
    }

    /// The places that a byte leads to from any of some places, at most ``SchemaLimits/readings``.
    func advanced(_ cursors: [Cursor], _ byte: UInt8, _ stack: inout FrameStack) -> [Cursor] {
        var found: [Cursor] = []
        for cursor in cursors { book.advance(cursor, byte, &stack, into: &found) }
        return Array(found.prefix(SchemaLimits.readings))
    }
}
