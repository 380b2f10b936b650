/// Small text operations that every importer shares.
enum TextCleaning {
    /// Zero-width characters in a row that are more than a hint where a line may break.
    private static let suspiciousRun = 3

    /// Removes what a person cannot see and a model or index would: control, zero-width, bidirectional and tag
    /// characters, variation selectors. Line ends become `\n`, tabs stay.
    ///
    /// Where such characters part a word, turn its direction or spell out a text of their own, the word gets the mark of
    /// ``HiddenText``; hints where a line may break, as many documents have them, do not count.
    static func visible(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var afterCarriageReturn = false
        var isMarked = false
        var invisible = 0
        var last: Unicode.Scalar = " "
        func isLatin(_ scalar: Unicode.Scalar) -> Bool { scalar.isASCII && scalar.properties.isAlphabetic }
        func keep(_ scalar: Unicode.Scalar) {
            if invisible > 0 {
                if invisible >= suspiciousRun || (isLatin(last) && isLatin(scalar)) { isMarked = true }
                invisible = 0
            }
            if isMarked, !isLatin(scalar), !("0"..."9").contains(scalar) {
                kept.append(HiddenText.characters)
                isMarked = false
            }
            kept.append(scalar)
            last = scalar
        }
        for scalar in text.unicodeScalars {
            defer { afterCarriageReturn = scalar == "\r" }
            switch scalar {
            // Nearly all of every manual: no need to look its category up.
            case " "..."~", "\u{3001}"..."\u{301F}", "\u{4E00}"..."\u{9FA5}", "\u{FF01}"..."\u{FF5E}":
                keep(scalar)
            case "\n":
                if !afterCarriageReturn { keep("\n") }
            case "\r", "\u{85}", "\u{2028}", "\u{2029}":
                keep("\n")
            case "\t", HiddenText.format, HiddenText.characters:
                keep(scalar)
            case "\u{E0000}"..."\u{E007F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                isMarked = true
            case "\u{FE00}"..."\u{FE0F}", "\u{E0100}"..."\u{E01EF}", "\u{200B}"..."\u{200D}", "\u{2060}"..."\u{2064}",
                "\u{FEFF}", "\u{180E}":
                invisible += 1
            case "\u{FFFD}":
                break
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .unassigned: break
                default: keep(scalar)
                }
            }
        }
        if isMarked || invisible >= suspiciousRun { kept.append(HiddenText.characters) }
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

    var firstLine: SubSequence { prefix { $0 != "\n" } }

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
