/// Finds the longest phrase that begins at a place of a text.
struct PhraseTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let atoms: [String]
        var values: [Value]
    }

    /// By first atom, the longest phrases first.
    private var entries: [String: [Entry]] = [:]

    mutating func add(_ phrase: String, _ value: Value) {
        let atoms = SearchTokens.atoms(in: phrase).map(\.term)
        guard let first = atoms.first else { return }
        if let known = entries[first]?.firstIndex(where: { $0.atoms == atoms }) {
            entries[first]?[known].values.append(value)
        } else {
            let place = entries[first]?.firstIndex { $0.atoms.count < atoms.count } ?? entries[first]?.count ?? 0
            entries[first, default: []].insert(Entry(atoms: atoms, values: [value]), at: place)
        }
    }

    /// - Parameters:
    ///   - longest: no phrase of more atoms is wanted.
    ///   - fillers: words that may stand inside a phrase, as in "the battery *is nearly* empty".
    /// - Returns: how many atoms of the text the phrase takes, how many are its own, and the values it was added with;
    ///   nil where none begins.
    func longest(
        in atoms: ArraySlice<SearchToken>, longest: Int = .max, fillers: PhraseTable<Void>? = nil
    ) -> (count: Int, own: Int, values: [Value])? {
        guard let first = atoms.first, let candidates = entries[first.term] else { return nil }
        for entry in candidates where entry.atoms.count <= longest {
            if let count = length(of: entry.atoms, in: atoms, fillers: fillers) {
                return (count, entry.atoms.count, entry.values)
            }
        }
        return nil
    }

    /// How many atoms of the text a phrase takes that begins there.
    private func length(
        of phrase: [String], in atoms: ArraySlice<SearchToken>, fillers: PhraseTable<Void>?
    ) -> Int? {
        var rest = atoms
        var skipped = 0
        for (index, wanted) in phrase.enumerated() {
            while let atom = rest.first, atom.term != wanted, index > 0, skipped < 3,
                let filler = fillers?.longest(in: rest)
            {
                rest = rest.dropFirst(filler.count)
                skipped += filler.count
            }
            guard let atom = rest.first, atom.term == wanted else { return nil }
            // Chinese characters of one word stand next to each other; Latin words have something between them.
            if index > 0, atom.kind == .characters, atoms[rest.startIndex - 1].kind == .characters,
                atoms[rest.startIndex - 1].range.upperBound != atom.range.lowerBound
            {
                return nil
            }
            rest = rest.dropFirst()
        }
        return rest.startIndex - atoms.startIndex
    }
}
