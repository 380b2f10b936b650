/// Text from outside in a form that cannot steer a terminal, forge a line or hide a character.
///
/// Names of files, payloads of machines and words of manuals may hold terminal sequences (ECMA-48), line ends, marks that
/// turn the direction of what follows (Unicode Standard Annex #9), and characters without width. Each is written as an
/// escape that people can read, such as `\n` or `\u{1B}`; all other text stays as it is.
public enum PrintableText {
    /// The text in one line.
    public static func line(_ text: some StringProtocol) -> String {
        escaped(text) { steers($0) ? notation(of: $0) : nil }
    }

    /// The text with the line ends that it has; a tab, which would move the cursor, is a blank.
    public static func lines(_ text: some StringProtocol) -> String {
        escaped(text) { scalar in
            switch scalar {
            case "\n": nil
            case "\t": " "
            default: steers(scalar) ? notation(of: scalar) : nil
            }
        }
    }

    /// A JSON document in which no such character stands raw; it means the same.
    ///
    /// - Parameter document: without line ends outside of strings, as encoders write it.
    public static func json(_ document: some StringProtocol) -> String {
        escaped(document) { scalar in
            guard steers(scalar) else { return nil }
            return String(scalar).utf16.map { "\\u" + hexadecimal($0, digits: 4) }.joined()
        }
    }

    /// Whether a character does something other than to be seen where it stands.
    public static func steers(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        // Variation selectors choose among the shapes of the character before them.
        default: return scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isVariationSelector
        }
    }

    /// - Parameter replacement: nil keeps the character.
    private static func escaped(
        _ text: some StringProtocol, _ replacement: (Unicode.Scalar) -> String?
    ) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(text) }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let replacement = replacement(scalar) {
                result.append(contentsOf: replacement.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func notation(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(hexadecimal(scalar.value, digits: 2))}"
        }
    }

    private static func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
