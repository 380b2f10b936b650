import Foundation

/// Text in the form in which steps and passages are compared.
///
/// NFKC with one blank between words and one spelling of dashes, quotes, comparison signs and ohms. What NFKC would make a plain digit keeps apart
/// from the digits beside it: `10²` is not `102`, `2½` not `21/2`, and `③`, which is a list mark or the number of a part
/// in a drawing, stays itself. A full-width slash, which separates remedies, becomes a line end.
enum NormalText {
    static func scalars(_ text: String) -> [Unicode.Scalar] {
        var normal: [Unicode.Scalar] = []
        var pending = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        func flush() {
            for scalar in String(pending).precomposedStringWithCompatibilityMapping.unicodeScalars {
                if isBlank(scalar), normal.last.map(isBlank) == true { continue }
                normal.append(uniform[scalar] ?? scalar)
            }
            pending = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case _ where isCircled(scalar):
                flush()
                normal.append(scalar)
            case _ where isSuperscript(scalar):
                if previous.map(isSuperscript) != true { pending.append("^") }
                pending.append(scalar == "⁻" ? "-" : scalar)
            case "\u{2080}"..."\u{2089}":
                if previous.map(isAnyDigit) == true { pending.append("_") }
                pending.append(scalar)
            case _ where isFraction(scalar):
                if previous.map(isAnyDigit) == true { pending.append(" ") }
                pending.append(scalar)
            case "／", "\r", "\u{85}", "\u{2028}", "\u{2029}": pending.append("\n")
            case "\u{2010}"..."\u{2015}", "\u{2212}", "\u{FE58}": pending.append("-")
            default: pending.append(uniform[scalar] ?? scalar)
            }
            previous = scalar
        }
        flush()
        return normal
    }

    private static let uniform: [Unicode.Scalar: Unicode.Scalar] = [
        "≦": "≤", "⩽": "≤", "≧": "≥", "⩾": "≥", "’": "'", "‘": "'", "＇": "'", "～": "~", "〜": "~", "\u{2044}": "/",
        "⋅": "·", "∙": "·", "‧": "·",
    ]

    private static func isSuperscript(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "¹", "²", "³", "\u{2070}", "\u{2074}"..."\u{2079}", "⁺", "⁻": true
        default: false
        }
    }

    private static func isFraction(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "¼", "½", "¾", "\u{2150}"..."\u{215E}", "↉": true
        default: false
        }
    }

    private static func isAnyDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType != nil }

    /// `①`, `⑴`, `⒈`, `❶`, `ⓐ` …
    static func isCircled(_ scalar: Unicode.Scalar) -> Bool {
        (0x2460...0x24FF).contains(scalar.value) || (0x2776...0x2793).contains(scalar.value)
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
