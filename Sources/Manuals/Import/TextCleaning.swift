/// Small text operations that every importer shares.
enum TextCleaning {
    /// Removes what a person cannot see and a model or index would: control, zero-width, bidirectional and tag
    /// characters, variation selectors. Line ends become `\n`, tabs stay.
    static func visible(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var afterCarriageReturn = false
        for scalar in text.unicodeScalars {
            defer { afterCarriageReturn = scalar == "\r" }
            switch scalar {
            // Nearly all of every manual: no need to look its category up.
            case " "..."~", "\u{3001}"..."\u{301F}", "\u{4E00}"..."\u{9FA5}", "\u{FF01}"..."\u{FF5E}":
                kept.append(scalar)
            case "\n":
                if !afterCarriageReturn { kept.append("\n") }
            case "\r", "\u{85}", "\u{2028}", "\u{2029}":
                kept.append("\n")
            case "\t":
                kept.append("\t")
            case "\u{FE00}"..."\u{FE0F}", "\u{FFFD}":
                break
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .unassigned: break
                default: kept.append(scalar)
                }
            }
        }
        return String(kept)
    }

    /// Runs of blanks become one blank.
    static func singleSpaced(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Joins lines that only the width of a page had parted: Chinese without a blank, Latin with one, and none after a
    /// hyphen, which may be the code's own.
    static func joinWrapped(_ lines: [String]) -> String {
        lines.map(\.trimmed).filter { !$0.isEmpty }.reduce("") { joined, line in
            guard let last = joined.last, let first = line.first else { return joined + line }
            let beforeLast = joined.dropLast().last ?? " "
            let isHyphenated =
                last == "-" && (beforeLast.isLetter || beforeLast.isNumber) && (first.isLetter || first.isNumber)
            return last.isCJK || first.isCJK || last.isFullWidthMark || isHyphenated
                ? joined + line : joined + " " + line
        }
    }
}

extension StringProtocol {
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// True when any Chinese or Japanese character occurs.
    var containsCJK: Bool { unicodeScalars.contains(where: \.isCJK) }
}

extension Character {
    var isCJK: Bool { unicodeScalars.first?.isCJK ?? false }
    /// Punctuation of Chinese text, which needs no blank after it.
    var isFullWidthMark: Bool { "，。；：、！？）」』】".contains(self) }
}

extension Unicode.Scalar {
    /// Han, kana, bopomofo and hangul: scripts that are searched by character pairs.
    var isCJK: Bool {
        switch value {
        case 0x3005...0x3007, 0x3040...0x30FF, 0x3105...0x312F, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF,
            0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}
