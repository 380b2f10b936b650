/// Index terms that stand together in a passage that speaks of a thing.
struct SearchPhrase: Hashable {
    let terms: [String]

    /// How many other words may stand between those of a Latin phrase: "the oil level in the tank is low".
    static let slack = 4

    /// Chinese phrases stand as they are; the words of Latin ones may stand apart and in any order.
    var isLoose: Bool { terms.count > 1 && !terms.contains(where: \.containsCJK) }
    /// A single Chinese character is found as the beginning of any pair.
    var isPrefix: Bool { terms.count == 1 && terms[0].containsCJK && terms[0].unicodeScalars.count == 1 }

    /// FTS5 syntax; of terms that the tokenizer made, quoted, so that nothing typed can act as query syntax.
    var expression: String {
        let quoted = terms.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
        if isLoose { return "NEAR(\(quoted.joined(separator: " ")), \(SearchPhrase.slack))" }
        return quoted.joined(separator: " + ") + (isPrefix ? "*" : "")
    }

    /// Where the phrase stands in a text's term numbers, each place as the range that it takes.
    ///
    /// - Parameter numbers: of the terms, in order.
    func places(of numbers: [Int32], in sequence: [Int32]) -> [ClosedRange<Int>] {
        guard let first = numbers.first, sequence.count >= numbers.count else { return [] }
        guard isLoose else {
            return (0...(sequence.count - numbers.count)).filter { start in
                sequence[start] == first && sequence[start..<(start + numbers.count)].elementsEqual(numbers)
            }.map { $0...($0 + numbers.count - 1) }
        }
        var places: [ClosedRange<Int>] = []
        var latest: [Int32: Int] = [:]
        let wanted = Set(numbers)
        for (index, number) in sequence.enumerated() where wanted.contains(number) {
            latest[number] = index
            guard latest.count == wanted.count, let start = latest.values.min(),
                index - start < numbers.count + SearchPhrase.slack
            else { continue }
            places.append(start...index)
            latest = [:]
        }
        return places
    }
}
