/// A question in words, taken apart: what it asks about, and how a passage may say so.
struct SearchQuery {
    /// One thing the question names.
    indirect enum Concept {
        /// - Parameters:
        ///   - phrases: the question's own first, then synonyms.
        ///   - parts: what the question's phrase consists of, which may stand far apart in a passage.
        case phrases([SearchPhrase], parts: [Concept], weight: Double)
        /// Chinese without known word borders: a passage speaks of as much of it as its pairs cover characters.
        /// A character's weight counts half a word.
        case run(pairs: [SearchPhrase], weights: [Double])
    }

    /// A thing to look up in the index.
    struct Lookup {
        /// FTS5 syntax.
        let expression: String
        /// At most this many passages have it.
        let passages: Int
        let weight: Double
    }

    private(set) var concepts: [Concept] = []
    private(set) var lookups: [Lookup] = []

    /// A question longer than this is cut: machines send messages, not essays.
    private static let longestQuestion = 400
    private static let mostConcepts = 24
    /// What something weighs that no passage in reach speaks of. A thing that the glossary knows belongs to another
    /// machine; a state may be told in other words. An unknown word is likely what the question is about, unless the
    /// asker stands at a machine: then it is one of the many ways to tell a fault.
    private static let absentWeights = (thing: 1.2, state: 0.35, unknown: 1.5, unknownAtMachine: 0.35)
    /// One Chinese character alone is likely a particle.
    private static let characterWeight = 0.25

    /// What a word that the glossary does not know weighs, over one that it does, where the asker stands at a machine.
    private static let plainWordShare = 0.6

    private let vocabulary: Vocabulary
    private var absentWordWeight: Double {
        vocabulary.modelTerm == nil
            ? SearchQuery.absentWeights.unknown : SearchQuery.absentWeights.unknownAtMachine
    }
    private let glossary: Glossary

    init(_ text: String, vocabulary: Vocabulary, glossary: Glossary) throws {
        self.vocabulary = vocabulary
        self.glossary = glossary
        let typed = String(text.prefix(SearchQuery.longestQuestion)).precomposedStringWithCompatibilityMapping
        let atoms = try Spelling(vocabulary: vocabulary, glossary: glossary).mended(SearchTokens.atoms(in: typed))
        for piece in pieces(of: atoms[...]).prefix(SearchQuery.mostConcepts) {
            let (concept, lookups) = try concept(of: piece)
            concepts.append(concept)
            self.lookups += lookups
        }
    }

    private enum Piece {
        case known(groups: [Int], own: Int, ArraySlice<SearchToken>)
        case word(SearchToken)
        case run(ArraySlice<SearchToken>)
    }

    /// The longest phrases of the glossary, and what is left between them without words that say nothing.
    ///
    /// - Parameter longest: no phrase of the glossary may be longer.
    private func pieces(of atoms: ArraySlice<SearchToken>, longest: Int = .max) -> [Piece] {
        var pieces: [Piece] = []
        var rest = atoms
        var runStart: Int?
        func flush() {
            if let start = runStart { pieces.append(.run(atoms[start..<rest.startIndex])) }
            runStart = nil
        }
        while let atom = rest.first {
            let stop = StopWords.table.longest(in: rest)?.count ?? 0
            let isBroken =
                rest.startIndex > atoms.startIndex
                && atoms[rest.startIndex - 1].range.upperBound != atom.range.lowerBound
            let known = glossary.table.longest(in: rest, longest: longest, fillers: StopWords.table)
            // The 箱 (box) of an unknown word such as 冰箱 (refrigerator) is no box.
            let isInsideWord = known?.count == 1 && atom.kind == .characters && runStart != nil && !isBroken
            if let known, known.own >= stop, !isInsideWord {
                flush()
                pieces.append(.known(groups: known.values, own: known.own, rest.prefix(known.count)))
                rest = rest.dropFirst(known.count)
            } else if stop > 0 {
                flush()
                rest = rest.dropFirst(stop)
            } else if atom.kind == .word {
                flush()
                if !atom.isLetter { pieces.append(.word(atom)) }
                rest = rest.dropFirst()
            } else {
                if isBroken { flush() }
                runStart = runStart ?? rest.startIndex
                rest = rest.dropFirst()
            }
        }
        flush()
        return pieces
    }

    private func concept(of piece: Piece) throws -> (Concept, [Lookup]) {
        switch piece {
        case .word(let atom):
            try concept(
                phrases: [SearchPhrase(terms: [atom.term])], parts: [],
                share: vocabulary.modelTerm == nil ? 1 : SearchQuery.plainWordShare, absentWeight: absentWordWeight)
        case .run(let atoms): try concept(run: Array(atoms))
        case .known(let groups, let own, let atoms):
            try concept(
                phrases: [SearchPhrase(terms: SearchQuery.terms(of: atoms))] + groups.flatMap { glossary.phrases[$0] },
                parts: parts(of: atoms, shorterThan: own),
                absentWeight: groups.allSatisfy { glossary.groups[$0].isState }
                    ? SearchQuery.absentWeights.state : SearchQuery.absentWeights.thing)
        }
    }

    /// What a longer phrase consists of; one part alone would stand for too much.
    private func parts(of atoms: ArraySlice<SearchToken>, shorterThan own: Int) -> [Piece] {
        guard own > 1 else { return [] }
        let parts = pieces(of: atoms, longest: own - 1)
        return parts.count > 1 ? parts : []
    }

    private func concept(
        phrases: [SearchPhrase], parts: [Piece], share: Double = 1, absentWeight: Double
    ) throws -> (Concept, [Lookup]) {
        var seen: Set<SearchPhrase> = []
        let phrases = phrases.filter { seen.insert($0).inserted }
        let counted = try phrases.map { ($0, try vocabulary.passages(having: $0)) }.filter { $0.1 > 0 }
        var alternatives = counted.map(\.0.expression)
        var passages = counted.reduce(0) { $0 + $1.1 }
        let partly = try parts.map { try concept(of: $0) }
        let partLookups = partly.flatMap(\.1)
        if !partly.isEmpty, partly.allSatisfy({ !$0.1.isEmpty }) {
            alternatives.append("(" + partLookups.map(\.expression).joined(separator: " AND ") + ")")
            passages += partLookups.map(\.passages).min() ?? 0
        }
        let expression = "(" + alternatives.joined(separator: " OR ") + ")"
        guard !alternatives.isEmpty, try vocabulary.hasInScope(expression) else {
            return (.phrases(phrases, parts: partly.map(\.0), weight: absentWeight), [])
        }
        let weight = share * vocabulary.weight(passages: passages)
        return (
            .phrases(phrases, parts: partly.map(\.0), weight: weight),
            [Lookup(expression: expression, passages: passages, weight: weight)]
        )
    }

    /// The pairs of one run of Chinese, which overlap.
    private func concept(run: [SearchToken]) throws -> (Concept, [Lookup]) {
        let isAlone = run.count == 1
        let pairs =
            isAlone
            ? [SearchPhrase(terms: [run[0].term])]
            : zip(run, run.dropFirst()).map { SearchPhrase(terms: [$0.term + $1.term]) }
        let passages = try pairs.map { pair in
            let passages = try vocabulary.passages(having: pair)
            return try passages > 0 && vocabulary.hasInScope(pair.expression) ? passages : 0
        }
        let weights = run.indices.map { index -> Double in
            if isAlone { return SearchQuery.characterWeight }
            let around = [index - 1, index].filter(pairs.indices.contains).map { passages[$0] }.filter { $0 > 0 }
            return 0.5 * (around.min().map(vocabulary.weight(passages:)) ?? absentWordWeight)
        }
        let lookups = zip(pairs, passages).filter { $0.1 > 0 }.map { pair, passages in
            let weight = isAlone ? SearchQuery.characterWeight : 0.5 * vocabulary.weight(passages: passages)
            return Lookup(expression: pair.expression, passages: passages, weight: weight)
        }
        return (.run(pairs: pairs, weights: weights), lookups)
    }

    /// The index terms of a phrase as typed.
    private static func terms(of atoms: ArraySlice<SearchToken>) -> [String] {
        var terms: [String] = []
        for (index, atom) in zip(atoms.indices, atoms) {
            guard atom.kind == .characters else {
                terms.append(atom.term)
                continue
            }
            let next = index + 1
            if next < atoms.endIndex, atoms[next].kind == .characters {
                terms.append(atom.term + atoms[next].term)
            } else if index == atoms.startIndex || atoms[index - 1].kind == .word {
                terms.append(atom.term)
            }
        }
        return terms
    }
}
