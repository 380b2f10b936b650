/// Numbers the terms of a question, so that passages are compared with it as short integers.
struct TermNumbers {
    private var words: [String: Int32] = [:]
    /// By both characters, folded.
    private var pairs: [UInt64: Int32] = [:]
    /// Single characters, which match as the beginning of a pair.
    private var prefixes: [UInt64: Int32] = [:]
    /// What words of passages came out as, folded or not: most come again.
    private var cache: [String: Int32] = [:]
    private static let cacheLimit = 20_000

    init(_ phrases: [SearchPhrase]) {
        for phrase in phrases {
            for term in phrase.terms where number(of: term) == nil {
                let number = Int32(words.count + pairs.count + prefixes.count + 1)
                guard term.containsCJK else {
                    words[term] = number
                    continue
                }
                let scalars = Array(term.unicodeScalars)
                if scalars.count == 1 {
                    prefixes[UInt64(scalars[0].value)] = number
                } else {
                    pairs[TermNumbers.key(scalars[0], scalars[1])] = number
                }
            }
        }
    }

    func numbers(of phrase: SearchPhrase) -> [Int32] { phrase.terms.compactMap(number(of:)) }

    private func number(of term: String) -> Int32? {
        guard term.containsCJK else { return words[term] }
        let scalars = Array(term.unicodeScalars)
        return scalars.count == 1
            ? prefixes[UInt64(scalars[0].value)] : pairs[TermNumbers.key(scalars[0], scalars[1])]
    }

    /// The numbers of a text's terms, one for each token of it as a document; 0 for what the question does not have.
    mutating func sequence(of text: String) -> [Int32] {
        var text = text
        return text.withUTF8 { bytes in
            var sequence: [Int32] = []
            sequence.reserveCapacity(bytes.count / 3)
            SearchTokens.forEachPiece(in: bytes) { piece, range in
                switch piece {
                case .word: sequence.append(wordNumber(String(decoding: bytes[range], as: UTF8.self)))
                case .pair(let first, let second):
                    let (first, second) = (HanFolding.folded(first), HanFolding.folded(second))
                    sequence.append(
                        pairs[TermNumbers.key(first, second)] ?? prefixes[UInt64(first.value)] ?? 0)
                case .last(let scalar, _):
                    sequence.append(prefixes[UInt64(HanFolding.folded(scalar).value)] ?? 0)
                }
            }
            return sequence
        }
    }

    private mutating func wordNumber(_ word: String) -> Int32 {
        if let known = cache[word] { return known }
        let number = words[SearchTokens.folded(word)] ?? 0
        if cache.count < TermNumbers.cacheLimit { cache[word] = number }
        return number
    }

    private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
        UInt64(first.value) << 32 | UInt64(second.value)
    }
}
