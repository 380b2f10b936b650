import Foundation

/// Text in the form in which steps and passages are compared, split into sentences.
///
/// NFKC with one spelling of dashes, quotes, comparison signs and ohms. Superscripts and circled digits would become
/// plain digits under NFKC (`10²` is not `102`, `②` is a list mark), and a full-width slash, which separates remedies,
/// a plain one; so they are replaced before it.
enum NormalText {
    static func scalars(_ text: String) -> [Unicode.Scalar] {
        var prepared = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "²": prepared.append(contentsOf: "^2".unicodeScalars)
            case "³": prepared.append(contentsOf: "^3".unicodeScalars)
            case "⁻": prepared.append(contentsOf: "^-".unicodeScalars)
            case "\u{2460}"..."\u{24FF}", "\u{2776}"..."\u{2793}": prepared.append("\n")
            case "／": prepared.append("\n")
            case "≦", "⩽": prepared.append("≤")
            case "≧", "⩾": prepared.append("≥")
            case "\u{2010}"..."\u{2015}", "\u{2212}", "\u{FE58}": prepared.append("-")
            case "’", "‘", "＇": prepared.append("'")
            case "\r", "\u{85}", "\u{2028}", "\u{2029}": prepared.append("\n")
            default: prepared.append(scalar)
            }
        }
        return String(prepared).precomposedStringWithCompatibilityMapping.unicodeScalars.map { scalar in
            scalar == "～" || scalar == "〜" ? "~" : scalar
        }
    }

    /// Splits at line ends, sentence ends, list marks, and the separators that fault tables put between remedies.
    ///
    /// At the start of a sentence any list mark counts; within one only the mark that continues the list, since
    /// `terminal (2)` may be just that.
    static func sentences(_ scalars: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var sentences: [[Unicode.Scalar]] = []
        var current: [Unicode.Scalar] = []
        var isAtStart = true
        var lastMark = 0
        var index = 0
        func close() {
            if !isAtStart { sentences.append(current) }
            current = []
            isAtStart = true
        }
        while index < scalars.count {
            if isAtStart || ListMark.canStand(in: scalars, at: index), let mark = ListMark(scalars, at: index),
                isAtStart || mark.continues(lastMark, in: scalars, at: index)
            {
                close()
                lastMark = mark.number ?? lastMark
                index = mark.end
            } else if isBreak(scalars, at: index) {
                close()
                index += 1
            } else {
                current.append(scalars[index])
                isAtStart = isAtStart && isBlank(scalars[index])
                index += 1
            }
        }
        close()
        return sentences
    }

    private static func isBreak(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let next = index + 1 < scalars.count ? scalars[index + 1] : nil
        let previous = index > 0 ? scalars[index - 1] : nil
        switch scalars[index] {
        case "\n", "。", "!", "?", ";", "•": return true
        case ".":
            guard let next else { return true }
            if isHan(next) || next == "\n" { return true }
            guard isBlank(next), !endsAbbreviation(scalars[..<index]) else { return false }
            guard let following = scalars[index...].dropFirst().first(where: { !isBlank($0) }) else { return true }
            return !isDigit(following) || ListMark(scalars, at: index + 2) != nil
        case ":", "/":
            let isWithinName =
                previous.map { isASCIIAlphanumeric($0) } == true && next.map { isASCIIAlphanumeric($0) } == true
            return !isWithinName && !isRate(previous, next)
        default: return false
        }
    }

    private static let abbreviations: Set<String> = ["no", "nr", "par", "pr", "fig"]

    /// `No. CN69` is one name, not two sentences.
    private static func endsAbbreviation(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        let word = text.suffix(5).reversed().prefix(while: isASCIILetter).reversed()
        return abbreviations.contains(String(String.UnicodeScalarView(word)).lowercased())
    }

    /// `N·m/°`, `%/s`: a slash within a unit.
    private static func isRate(_ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
        guard let previous, let next else { return false }
        let isUnit: (Unicode.Scalar) -> Bool = { isASCIIAlphanumeric($0) || "°%Ωμ+-".unicodeScalars.contains($0) }
        return isUnit(previous) && isUnit(next)
    }

    static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar != "\n" && scalar.properties.isWhitespace }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    static func isASCIIAlphanumeric(_ scalar: Unicode.Scalar) -> Bool { isDigit(scalar) || isASCIILetter(scalar) }

    /// Scripts without blanks between words.
    static func isHan(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isIdeographic || (0x3041...0x30FF).contains(scalar.value)
    }
}
