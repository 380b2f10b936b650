/// Letters that look like others: Cyrillic `а` for `a`, Greek `Α` for `A`.
enum Scripts {
    private enum Script { case latin, greek, other }

    /// The words with letters of several scripts, and those of neither Latin nor Greek letters; a unit such as `kΩ` is
    /// none. Chinese characters end a word: `按RESET鍵` has one of five letters.
    static func mixedWords(in text: [Unicode.Scalar]) -> [String] {
        text.split { !$0.properties.isAlphabetic || NormalText.isHan($0) || NormalText.isCircled($0) }
            .filter { word in
                let scripts = Set(word.map(script))
                return scripts.contains(.other) || scripts.count > 1 && Units.canonical(string(word)) == nil
            }
            .map(string)
    }

    /// Whether a Chinese character stands within a word of small Latin letters, as in `en設為s`. In a Chinese sentence
    /// that is how words follow one another; in an English one it is none.
    static func joinsHanToLatin(_ text: [Unicode.Scalar]) -> Bool {
        zip(text, text.dropFirst()).contains { left, right in
            isSmallLatin(left) && NormalText.isHan(right) || NormalText.isHan(left) && isSmallLatin(right)
        }
    }

    private static func isSmallLatin(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }

    private static func string(_ word: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(word))
    }

    private static func script(_ scalar: Unicode.Scalar) -> Script {
        switch scalar.value {
        case 0x41...0x24F, 0x1E00...0x1EFF: scalar == "µ" ? .greek : .latin
        case 0x370...0x3FF, 0x1F00...0x1FFF: .greek
        default: .other
        }
    }
}
