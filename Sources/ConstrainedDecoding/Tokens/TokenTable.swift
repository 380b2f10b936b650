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
    private let stringWalks = Mutex<[StringWalk.State: StringWalk]>([:])

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
        vocabularyCount = tokenBytes.count
        self.endOfGeneration = endOfGeneration
        self.text = text
        self.offsets = offsets
    }

    /// The text of a token of the vocabulary.
    func bytes(of token: Int32) -> ArraySlice<UInt8> { text[offsets[Int(token)]..<offsets[Int(token) + 1]] }

    /// The bytes that are a token by themselves.
    var singleByteTokens: Set<UInt8> {
        var result: Set<UInt8> = []
        var index = 0
        while index < trie.nodes.count {
            if !trie.tokens(at: index).isEmpty { result.insert(trie.nodes[index].byte) }
            index = Int(trie.nodes[index].next)
        }
        return result
    }

    /// What the vocabulary can do from a state inside a string; computed at the first call.
    func stringWalk(from state: StringWalk.State) -> StringWalk {
        if let known = stringWalks.withLock({ $0[state] }) { return known }
        // Outside the lock: a second thread that needs the same state computes it twice rather than waiting.
        let walk = StringWalk(from: state, trie: trie, wordCount: maskWordCount)
        stringWalks.withLock { $0[state] = walk }
        return walk
    }
}
