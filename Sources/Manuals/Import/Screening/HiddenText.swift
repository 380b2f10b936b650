import Domain

/// Marks imported text that a reader of the document does not see, so that the row it ends up in is withheld.
///
/// The mark is a character of its own behind the text (for private use, at Unicode's end). It travels
/// with the text through tables, sections and lists, whatever is made of them, and is taken out at the end, where the
/// finished passages are looked at (``RowScreen``). A document that brings the mark along only withholds itself.
enum HiddenText {
    /// The document hides the text: by its format, color, size or place.
    static let format: Unicode.Scalar = "\u{10FFFC}"
    /// The text carries characters without a shape inside its words, or ones that turn its direction.
    static let characters: Unicode.Scalar = "\u{10FFFD}"

    private static let marks = [String(Character(format)), String(Character(characters))]

    static func marked(_ text: String) -> String { text + marks[0] }

    static func isMark(_ scalar: Unicode.Scalar) -> Bool { scalar == format || scalar == characters }

    static func reasons(in text: String) -> [WithholdingReason] {
        (text.holds(marks[0]) ? [.hiddenText] : []) + (text.holds(marks[1]) ? [.invisibleCharacters] : [])
    }

    static func unmarked(_ text: String) -> String {
        guard !reasons(in: text).isEmpty else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { !isMark($0) }))
    }
}
