/// Cleans text that machines, manuals and people wrote before a model or a person sees it.
enum UntrustedText {
    /// One line of at most `limit` scalars: line breaks and runs of blanks become one space, so that the text cannot
    /// pose as another field of the prompt.
    static func line(_ text: String, limit: Int) -> String {
        var scalars = String.UnicodeScalarView()
        var count = 0
        var blankPending = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                blankPending = count > 0
                continue
            }
            guard let shown = shown(scalar) else { continue }
            let needed = blankPending ? 2 : 1
            guard count + needed <= limit else { break }
            if blankPending { scalars.append(" ") }
            blankPending = false
            scalars.append(shown)
            count += needed
        }
        return String(scalars)
    }

    /// The cleaned lines that are not empty, each at most `lineLimit` scalars long.
    static func lines(_ text: String, lineLimit: Int) -> [String] {
        text.split(whereSeparator: \.isNewline).map { line(String($0), limit: lineLimit) }.filter { !$0.isEmpty }
    }

    /// Nothing invisible passes (it could hide words from a person that the model reads), nor the angle brackets that
    /// delimit passages and control tokens.
    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "<": "＜"
        case ">": "＞"
        default: isInvisible(scalar) ? nil : scalar
        }
    }

    /// Control, zero-width, bidirectional, tag, private and unassigned characters.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        if scalar.properties.isDefaultIgnorableCodePoint { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .unassigned, .surrogate: return true
        default: return false
        }
    }
}
