/// Mends misspelt Latin words of a question by the words of the library and the glossary.
struct Spelling {
    /// Shorter words are neighbours of too many others.
    private static let shortestWord = 5
    /// From this length on two slips are forgiven.
    private static let longWord = 8
    private static let mostMended = 4

    let vocabulary: Vocabulary
    let glossary: Glossary

    /// The atoms with each unknown word replaced by the nearest known one, where one is near enough.
    func mended(_ atoms: [SearchToken]) throws -> [SearchToken] {
        var mended = atoms
        var attempts = 0
        for (index, atom) in atoms.enumerated() where atom.kind == .word && attempts < Spelling.mostMended {
            guard try isUnknown(atoms[index...]) else { continue }
            attempts += 1
            guard let word = try nearest(to: atom.term) else { continue }
            mended[index] = SearchToken(term: word, kind: .word, range: atom.range)
        }
        return mended
    }

    private func isUnknown(_ rest: ArraySlice<SearchToken>) throws -> Bool {
        guard let word = rest.first?.term, word.utf8.count >= Spelling.shortestWord,
            word.utf8.allSatisfy({ (0x61...0x7A).contains($0) }), StopWords.table.longest(in: rest) == nil,
            !glossary.words.contains(word)
        else { return false }
        return try vocabulary.passages(having: word) == 0
    }

    private func nearest(to word: String) throws -> String? {
        let letters = Array(word.utf8)
        let allowed = letters.count >= Spelling.longWord ? 2 : 1
        let lengths = (letters.count - allowed)...(letters.count + allowed)
        let first = String(word.prefix(1))
        var candidates = try vocabulary.words(beginning: first, lengths: lengths)
        candidates += glossary.words.filter { $0.hasPrefix(first) && lengths.contains($0.utf8.count) }.map { ($0, 0) }
        var best: (word: String, distance: Int, passages: Int)?
        for (candidate, passages) in candidates {
            let distance = Spelling.distance(letters, Array(candidate.utf8), atMost: allowed)
            guard distance <= allowed else { continue }
            let isBetter = best.map { ($0.distance, -$0.passages, $0.word) > (distance, -passages, candidate) } ?? true
            if isBetter { best = (candidate, distance, passages) }
        }
        return best?.word
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); anything over the
    /// limit counts as one more than it.
    static func distance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int {
        guard abs(left.count - right.count) <= limit else { return limit + 1 }
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in 1...max(1, left.count) where row <= left.count {
            var current = [row]
            for column in 1...max(1, right.count) where column <= right.count {
                let isSame = left[row - 1] == right[column - 1]
                var cost = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, before[column - 2] + 1)
                }
                current.append(cost)
            }
            if (current.min() ?? 0) > limit { return limit + 1 }
            before = above
            above = current
        }
        return above.last ?? 0
    }
}
