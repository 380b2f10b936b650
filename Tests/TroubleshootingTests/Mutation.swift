import Domain
import Foundation
import TestSupport

/// One way to make a false draft of a remedy.
struct Mutation: Sendable {
    let name: String
    let apply: @Sendable (Subject, inout SeededGenerator) -> [String]

    /// A remedy among the others of its passage.
    struct Subject: Sendable {
        let remedy: String
        let passage: Passage

        /// Between blanks; Chinese by character.
        var tokens: [String] { Mutation.tokens(remedy) }
        var others: [String] { passage.remedies.filter { $0 != remedy } }
        /// Words that stand elsewhere in the passage.
        var elsewhere: [String] { (others + [passage.text]).flatMap(Mutation.tokens) }
    }

    static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var current = ""
        for character in text {
            if isHan(character) || character.isWhitespace {
                if !current.isEmpty { tokens.append(current) }
                current = ""
                if isHan(character) { tokens.append(String(character)) }
            } else {
                current.append(character)
            }
        }
        return current.isEmpty ? tokens : tokens + [current]
    }

    /// Blanks between words, none beside a Chinese character.
    static func join(_ tokens: [String]) -> String {
        tokens.reduce(into: "") { text, token in
            let touches = text.last.map(isHan) == true || token.first.map(isHan) == true
            text += (text.isEmpty || touches ? "" : " ") + token
        }
    }

    static func isHan(_ character: Character) -> Bool {
        character.unicodeScalars.contains { $0.properties.isIdeographic || $0.value == 0xFF0C || $0.value == 0x3002 }
    }

    private static let edges = CharacterSet(charactersIn: " .,;:。，；：")

    private static let digits: [String: String] = {
        let english = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        let chinese = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
        let written = (english + chinese).enumerated().map { number, word in
            (word, String(number < english.count ? number : number - english.count))
        }
        return Dictionary(uniqueKeysWithValues: written + [("兩", "2")])
    }()

    /// What the verifier promises to let pass, written down anew: list marks, blanks, articles, `please`, the case of a
    /// word's first letter, marks at the ends, numbers as words, and a unit that stands at both ends of a range or at the
    /// last.
    static func meaning(_ text: String) -> String {
        let mark = /^([0-9]{1,2}[.:)、] ?(?=[^0-9 ])|[A-Za-z][.:)] |[①-⑳₀-₉]\.? ?)/
        let body = text.trimmingCharacters(in: .whitespaces).replacing(mark, with: "")
        let all = tokens(body.trimmingCharacters(in: edges))
        let kept = all.drop { $0 == "A" }.filter {
            !["a", "an", "the", "please", "請"].contains($0 == "A" ? $0 : $0.lowercased())
        }
        let words = kept.map { word in
            let isName =
                word.dropFirst().contains(where: \.isUppercase) && !(word.count > 3 && word.allSatisfy(\.isUppercase))
            return isName ? word : digits[word.lowercased()] ?? word.lowercased()
        }
        let joined = words.joined().replacing("分鐘", with: "分").replacing("twenty-", with: "twenty")
            .replacing(/([0-9.]+)([^0-9.至]+)(to|至|±)([0-9.]+)\2/) { "\($0.1)\($0.3)\($0.4)\($0.2)" }
        return joined.trimmingCharacters(in: edges)
    }

    /// Exchanges whole words of pairs, one occurrence at a time, both ways.
    static func exchanging(_ name: String, _ pairs: [(String, String)]) -> Mutation {
        Mutation(name: name) { subject, _ in
            pairs.flatMap {
                replacing($0.0, by: $0.1, in: subject.remedy) + replacing($0.1, by: $0.0, in: subject.remedy)
            }
        }
    }

    static func dropping(_ name: String, _ words: [String]) -> Mutation {
        Mutation(name: name) { subject, _ in words.flatMap { replacing($0, by: "", in: subject.remedy) } }
    }

    /// The text with one occurrence replaced, for each that is a word of its own or Chinese.
    static func replacing(_ old: String, by new: String, in text: String) -> [String] {
        text.ranges(of: old).compactMap { range in
            let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
            let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
            let isWord: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber) }
            let isLatin = old.first.map(isWord) == true
            guard !(isLatin && isWord(before)), !(old.last.map(isWord) == true && isWord(after)) else { return nil }
            return text.replacingCharacters(in: range, with: new)
        }
    }

    /// Each run of digits with what surrounds it replaced by what `change` makes of it.
    static func numbers(in text: String, _ change: (String) -> [String]) -> [String] {
        text.ranges(of: /[0-9]+/).flatMap { range in
            change(String(text[range])).map { text.replacingCharacters(in: range, with: $0) }
        }
    }
}

extension String {
    func replacingCharacters(in range: Range<Index>, with other: String) -> String {
        String(self[..<range.lowerBound]) + other + self[range.upperBound...]
    }
}
