import Synchronization

/// A vocabulary, prepared so that the tokens which may follow in a document are found without trying each.
///
/// Make one for a model and use it with every grammar; it remembers what does not depend on the grammar.
public final class TokenTable: Sendable {
    /// Bytes of the longest token text that is used; longer tokens are never allowed.
    public static let maximumTokenBytes = 1024
    /// Bytes of all token texts together; keeps the trie's node numbers within 32 bits.
    public static let maximumVocabularyBytes = 1 << 30

    /// Tokens in the vocabulary, also those without text.
    public let vocabularyCount: Int
    /// The tokens that end a document.
    public let endOfGeneration: Set<Int32>
    let trie: TokenTrie
    private let text: [UInt8]
    private let offsets: [Int]
    /// The single bytes that are a token.
    let singleByteTokens: Set<UInt8>
    private let textWalks = Mutex(TextWalks())

    private struct TextWalks {
        var known: [TextWalk.State: TextWalk] = [:]
        var sizeBytes = 0
    }

    /// Bytes of what is remembered for grammars; beyond it everything is forgotten and computed anew.
    static let cacheBytes = 128 << 20

    /// Words of a mask: `(vocabularyCount + 31) / 32`.
    public var maskWordCount: Int { (vocabularyCount + 31) / 32 }

    /// - Parameters:
    ///   - tokenBytes: The text of token `i` at index `i`; empty for a control token, which is never allowed. A model
    ///     whose logits have more rows than its tokenizer has tokens gets empty texts up to its rows.
    ///   - endOfGeneration: Tokens that end a document; their text is not looked at.
    /// - Throws: ``ConstraintError/Code/badVocabulary``.
    public init(tokenBytes: [[UInt8]], endOfGeneration: Set<Int32>) throws(ConstraintError) {
        guard !tokenBytes.isEmpty, tokenBytes.count <= 1 << 24 else {
            throw ConstraintError(
                code: .badVocabulary, token: nil, detail: "\(tokenBytes.count) tokens, expected 1 to \(1 << 24)")
        }
        guard !endOfGeneration.isEmpty else {
            throw ConstraintError(code: .badVocabulary, token: nil, detail: "no end-of-generation token")
        }
        for token in endOfGeneration where !tokenBytes.indices.contains(Int(token)) {
            throw ConstraintError(
                code: .unknownToken, token: token,
                detail: "end of generation, but the vocabulary has \(tokenBytes.count)")
        }
        let sizeBytes = tokenBytes.reduce(0) { $0 + $1.count }
        guard sizeBytes <= Self.maximumVocabularyBytes else {
            throw ConstraintError(
                code: .badVocabulary, token: nil,
                detail: "\(sizeBytes) bytes of text, expected at most \(Self.maximumVocabularyBytes)")
        }
        var text: [UInt8] = []
        var offsets = [0]
        offsets.reserveCapacity(tokenBytes.count + 1)
        for bytes in tokenBytes {
            text += bytes
            offsets.append(text.count)
        }
        let used = (0..<Int32(tokenBytes.count)).filter {
            (1...Self.maximumTokenBytes).contains(tokenBytes[Int($0)].count) && !endOfGeneration.contains($0)
        }
        trie = TokenTrie(tokens: used) { text[offsets[Int($0)]..<offsets[Int($0) + 1]] }
        singleByteTokens = trie.singleByteTokens
        vocabularyCount = tokenBytes.count
        self.endOfGeneration = endOfGeneration
        self.text = text
        self.offsets = offsets
    }

    /// The text of a token of the vocabulary.
    func bytes(of token: Int32) -> ArraySlice<UInt8> { text[offsets[Int(token)]..<offsets[Int(token) + 1]] }

    /// A token with exactly this text, nil when there is none.
    func token(of bytes: some Sequence<UInt8>) -> Int32? { trie.token(of: bytes) }

    /// Computes what the vocabulary can do from the states of some automata, those that texts come to first at first.
    ///
    /// Stops at a quarter of ``cacheBytes``, so that no grammar drives out what others need.
    ///
    /// - Parameter texts: with the characters that each may have.
    func prepare(_ texts: [(automaton: ByteAutomaton, length: Int)]) {
        var left = Self.cacheBytes / 4
        for text in texts where left > 0 {
            for state in text.automaton.statesByDistance where left > 0 {
                left -= textWalk(from: TextWalk.State(text.automaton, state, remaining: text.length)).sizeBytes
            }
        }
    }

    /// What the vocabulary can do from a state inside a text; computed at the first call.
    func textWalk(from state: TextWalk.State) -> TextWalk {
        if let known = textWalks.withLock({ $0.known[state] }) { return known }
        // Outside the lock: a second thread that needs the same state computes it twice rather than waiting.
        let walk = TextWalk(from: state, trie: trie, wordCount: maskWordCount)
        textWalks.withLock { walks in
            if walks.sizeBytes + walk.sizeBytes > Self.cacheBytes { walks = TextWalks() }
            if walks.known.updateValue(walk, forKey: state) == nil { walks.sizeBytes += walk.sizeBytes }
        }
        return walk
    }
}
