/// Codes that a person may have meant: characters easily confused on a display or by a scanner, or one slip of a key.
///
/// They are only ever suggested. The nearest code may be a different hazard.
enum NearCodes {
    private static let confusions: [Character: [Character]] = [
        "O": ["0", "Q", "D"], "0": ["O", "Q", "D"], "Q": ["0", "O"], "D": ["0"], "I": ["1", "L"], "1": ["I", "L", "7"],
        "L": ["1", "I"], "7": ["1"], "S": ["5"], "5": ["S"], "B": ["8"], "8": ["B"], "Z": ["2"], "2": ["Z"],
        "G": ["6"], "6": ["G"],
    ]
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    /// Longer input is no fault code, and its neighbours would be too many to look up.
    private static let longestCode = 24

    /// Every neighbour of a code, likeliest first: confused characters, swaps, then one character changed, missing or
    /// added.
    static func candidates(for normalized: String) -> [String] {
        let characters = Array(normalized)
        guard (1...longestCode).contains(characters.count) else { return [] }
        var seen: Set<String> = [normalized]
        var found: [String] = []
        func add(_ candidate: [Character]) {
            let code = String(candidate)
            if !code.isEmpty, seen.insert(code).inserted { found.append(code) }
        }
        for confused in allConfusions(of: characters) { add(confused) }
        for index in characters.indices.dropLast() {
            var swapped = characters
            swapped.swapAt(index, index + 1)
            add(swapped)
        }
        for index in characters.indices {
            for letter in alphabet {
                var changed = characters
                changed[index] = letter
                add(changed)
            }
        }
        for index in characters.indices {
            var shorter = characters
            shorter.remove(at: index)
            add(shorter)
        }
        for index in 0...characters.count {
            for letter in alphabet {
                var longer = characters
                longer.insert(letter, at: index)
                add(longer)
            }
        }
        return found
    }

    /// Up to three characters read wrongly at once, as a scanner does: `FO12` for `F012`, `AL1Z` for `AL12`.
    private static func allConfusions(of characters: [Character]) -> [[Character]] {
        var variants: [[Character]] = [characters]
        var frontier = variants
        for _ in 0..<3 {
            var next: [[Character]] = []
            for variant in frontier {
                for index in variant.indices where variant[index] == characters[index] {
                    for other in confusions[characters[index]] ?? [] {
                        var confused = variant
                        confused[index] = other
                        next.append(confused)
                    }
                }
            }
            variants += next
            frontier = next
            guard variants.count < 400 else { break }
        }
        return Array(variants.dropFirst())
    }
}
