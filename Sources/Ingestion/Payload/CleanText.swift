/// Makes text from a machine safe to store, show and quote.
enum CleanText {
    /// - Parameter limit: the longest result, in characters.
    /// - Returns: `text` on one line, without control and direction-override characters (they can rewrite a terminal's
    ///   screen), runs of these and of white space as one space; nil when nothing is left.
    static func clean(_ text: String, limit: Int) -> String? {
        var result = ""
        var length = 0
        var pendingSpace = false
        for character in text {
            if character.isWhitespace || character.unicodeScalars.allSatisfy(isControl) {
                pendingSpace = length > 0
                continue
            }
            let needed = pendingSpace ? 2 : 1
            guard length + needed <= limit else { break }
            if pendingSpace { result.append(" ") }
            pendingSpace = false
            result.unicodeScalars.append(
                contentsOf: character.unicodeScalars.lazy.filter { !isControl($0) }.prefix(scalarsPerCharacter))
            length += needed
        }
        return result.isEmpty ? nil : result
    }

    /// A base with any number of combining marks is one character; this bounds it.
    private static let scalarsPerCharacter = 16

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator: true
        case .format: scalar.value != 0x200D && scalar.value != 0x200C
        default: false
        }
    }
}
