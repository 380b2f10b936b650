import Foundation

/// A text as it is looked at for what does not belong in a manual: letters that look alike are one, Chinese is
/// simplified, and what only keeps a phrase from being found (blanks, marks, full-width forms, accents) is gone.
struct ScreenText {
    /// Words of Latin letters and digits, commas among them, sentence by sentence.
    let sentences: [[String]]
    /// Chinese without blanks, clause by clause.
    let clauses: [String]
    /// The whole in one line, for what its marks tell: `<|im_start|>`.
    let folded: String
    /// Letters, digits and Chinese alone: what was spaced out or parted over lines and cells stands together again.
    let squeezed: String

    init(_ text: String) {
        let scalars = ScreenText.fold(text)
        var sentences: [[String]] = []
        var sentence: [String] = []
        var word = ""
        var clauses: [String] = []
        var clause = ""
        var squeezed = ""
        func endWord() {
            if !word.isEmpty { sentence.append(word) }
            word = ""
        }
        func endSentence() {
            endWord()
            if !sentence.isEmpty { sentences.append(sentence) }
            sentence = []
        }
        func endClause() {
            if !clause.isEmpty { clauses.append(clause) }
            clause = ""
        }
        for (index, scalar) in scalars.enumerated() {
            let isWord = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
            if isWord || scalar.isCJK {
                clause.unicodeScalars.append(scalar)
                squeezed.unicodeScalars.append(scalar)
            }
            if isWord {
                word.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "'", "\u{2019}": break
            case ",":
                endWord()
                sentence.append(",")
                endClause()
            case ".", "!", "?", ";", ":", "。":
                // 2.5 is a number.
                let next = index + 1 < scalars.count ? scalars[index + 1] : " "
                guard scalar != "." || !("0"..."9").contains(next) else { break }
                endSentence()
                endClause()
            case "\n":
                guard !ScreenText.goesOn(scalars[(index + 1)...]) else { break }
                endSentence()
                endClause()
            case "、": endWord()
            default: endWord()
            }
            if scalar == "\n" { endWord() }
        }
        endSentence()
        endClause()
        self.sentences = sentences
        self.clauses = clauses.filter(\.containsCJK)
        self.squeezed = squeezed
        folded = String(String.UnicodeScalarView(scalars.map { $0 == "\n" ? " " : $0 }))
    }

    /// Whether the next line continues the sentence: it begins in lower case, in Chinese, or with a word that never
    /// begins a step.
    private static func goesOn(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = rest.first(where: { $0 != " " }) else { return false }
        if first.isCJK { return true }
        let line = rest.drop { $0 == " " }.prefix(7)
        return ["while ", "during", "whilst"].contains { line.starts(with: $0.unicodeScalars) }
    }

    /// Letters of other scripts that look like Latin ones.
    private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = Dictionary(
        zip(
            "аеорсухіјѕһԁвкмнтгԛԝɡαορνεικτυχβηзıɩℓ".unicodeScalars,
            "aeopcyxijshdbkmhtrqwgaopveiktuxbn3iil".unicodeScalars), uniquingKeysWith: { first, _ in first })

    private static func fold(_ text: String) -> [Unicode.Scalar] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return Array(text.lowercased().unicodeScalars) }
        return text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars.compactMap { scalar in
            if scalar.isASCII { return scalar }
            if scalar.isCJK { return HanFolding.folded(scalar) }
            if let letter = lookalikes[scalar] { return letter }
            if HiddenText.isMark(scalar) || scalar.properties.generalCategory == .nonspacingMark { return nil }
            switch scalar {
            case "，", "、": return ","
            case "．": return "."
            default: return scalar
            }
        }
    }
}
