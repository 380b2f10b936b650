/// Splits a remedy text into single actions, verbatim but for list marks.
enum RemedySplitter {
    struct Result: Equatable {
        var actions: [String] = []
        var escalation: [String] = []

        /// Takes an action without a separator at its end; marks alone are none.
        fileprivate mutating func add(_ action: String) {
            var bare = Substring(action)
            while let last = bare.last, ";；,，、".contains(last) || last.isWhitespace { bare.removeLast() }
            if bare.contains(where: { $0.isLetter || $0.isNumber }) { actions.append(String(bare)) }
        }
    }

    static func split(_ text: String) -> Result {
        var result = Result()
        for item in items(of: text) {
            if item.isEnumerated {
                // A marked item is one action however many sentences it has.
                let (rest, escalation) = EscalationRule.extract(from: item.text)
                result.escalation += escalation
                result.add(rest)
            } else {
                for clause in Sentences.splitAtSemicolons(item.text).flatMap(Sentences.split) {
                    if EscalationRule.matches(clause) { result.escalation.append(clause) } else { result.add(clause) }
                }
            }
        }
        return result
    }

    private struct Item {
        var text: String
        var isEnumerated: Bool
    }

    private static func items(of text: String) -> [Item] {
        var items: [Item] = []
        for line in text.split(separator: "\n").map({ $0.trimmed }) where !line.isEmpty {
            let found = enumerated(line)
            if found.isEmpty, let last = items.indices.last, items[last].isEnumerated, !EscalationRule.matches(line) {
                // A marked item that runs on in the next line.
                items[last].text = TextCleaning.joinWrapped([items[last].text, line])
            } else {
                items += found.isEmpty ? [Item(text: line, isEnumerated: false)] : found
            }
        }
        return items
    }

    /// The items of one line that carries marks; empty when it carries none.
    private static func enumerated(_ line: String) -> [Item] {
        let characters = Array(line)
        guard var (mark, position) = firstMark(characters) else { return [] }
        var items: [Item] = []
        let lead = String(characters[..<position]).trimmed
        if !lead.isEmpty, lead.last != ":", lead.last != "：" { items.append(Item(text: lead, isEnumerated: false)) }
        while true {
            let start = position + mark.length
            guard let next = nextMark(characters, after: mark, from: start) else {
                items.append(Item(text: String(characters[start...]).trimmed, isEnumerated: true))
                return items
            }
            items.append(Item(text: String(characters[start..<next.position]).trimmed, isEnumerated: true))
            (mark, position) = next
        }
    }

    /// What a list's first mark begins with.
    private static let firstMarks = Set("1a①⑴❶(（")

    /// A mark at the line's start, or a first mark in it that a second one follows.
    private static func firstMark(_ characters: [Character]) -> (mark: ListMark, position: Int)? {
        guard !characters.isEmpty else { return nil }
        if let mark = ListMark(characters, at: 0) { return (mark, 0) }
        for index in characters.indices.dropFirst()
        where firstMarks.contains(characters[index]) && canPrecedeMark(characters[index - 1]) {
            guard let mark = ListMark(characters, at: index), mark.value == 1,
                nextMark(characters, after: mark, from: index + mark.length) != nil
            else { continue }
            return (mark, index)
        }
        return nil
    }

    private static func nextMark(
        _ characters: [Character], after mark: ListMark, from start: Int
    ) -> (mark: ListMark, position: Int)? {
        // A dash inside a line is punctuation.
        guard mark.style != .bullet else { return nil }
        var index = start
        while index < characters.count {
            // Chinese needs no blank before ② or （2）.
            let isParted =
                switch mark.style {
                case .circled: true
                case .parenthesised: characters[index - 1].isCJK || canPrecedeMark(characters[index - 1])
                default: canPrecedeMark(characters[index - 1])
                }
            if index > start, isParted,
                let next = ListMark(characters, at: index), mark.isFollowed(by: next)
            {
                return (next, index)
            }
            index += 1
        }
        return nil
    }

    private static func canPrecedeMark(_ character: Character) -> Bool {
        character.isWhitespace || "。．.；;，,、:：)）".contains(character)
    }
}
