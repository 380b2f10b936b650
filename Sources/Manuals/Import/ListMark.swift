/// The mark of a list item: `1.`, `(1)`, `①`, `a)`, `-`.
struct ListMark {
    enum Style: Hashable { case circled, parenthesised, number, letter, bullet }

    let style: Style
    /// 1 for the first item; 0 for bullets.
    let value: Int
    /// Characters the mark takes, with the blanks after it.
    let length: Int

    /// The mark that begins at `index`; nil when there is none.
    init?(_ characters: [Character], at index: Int) {
        guard index < characters.count else { return nil }
        let first = characters[index]
        if let value = ListMark.circledValue(first) {
            self.init(.circled, value, characters, from: index, to: index + 1)
        } else if first == "(" || first == "（" {
            guard let (value, end) = ListMark.ordinal(characters, at: index + 1), end < characters.count,
                characters[end] == ")" || characters[end] == "）"
            else { return nil }
            self.init(.parenthesised, value, characters, from: index, to: end + 1)
        } else if "•●■▪·–—-*+".contains(first) {
            guard index + 1 < characters.count,
                characters[index + 1].isWhitespace || (characters[index + 1].isCJK && !"–—-*+".contains(first))
            else { return nil }
            self.init(.bullet, 0, characters, from: index, to: index + 1)
        } else {
            guard let (value, end) = ListMark.ordinal(characters, at: index), end < characters.count else { return nil }
            let isNumber = first.isNumber
            switch characters[end] {
            case ")", "）": break
            case "、" where isNumber: break
            // 12.5 is a number, "1.檢查" and "1. Check" are marks.
            case ".", "．":
                guard isNumber, end + 1 < characters.count, !characters[end + 1].isNumber,
                    characters[end + 1].isWhitespace || characters[end + 1].isCJK
                else { return nil }
            default: return nil
            }
            self.init(isNumber ? .number : .letter, value, characters, from: index, to: end + 1)
        }
    }

    private init(_ style: Style, _ value: Int, _ characters: [Character], from start: Int, to end: Int) {
        self.style = style
        self.value = value
        length = characters[end...].prefix(while: \.isWhitespace).count + end - start
    }

    func isFollowed(by next: ListMark) -> Bool {
        style == next.style && (style == .bullet || next.value == value + 1)
    }

    private static func circledValue(_ character: Character) -> Int? {
        guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else { return nil }
        switch scalar.value {
        case 0x2460...0x2473: return Int(scalar.value - 0x2460) + 1
        case 0x2474...0x2487: return Int(scalar.value - 0x2474) + 1
        case 0x2776...0x277F: return Int(scalar.value - 0x2776) + 1
        default: return nil
        }
    }

    /// One or two digits, or one lower-case letter.
    private static func ordinal(_ characters: [Character], at index: Int) -> (value: Int, end: Int)? {
        guard index < characters.count else { return nil }
        let digits = characters[index...].prefix(3).prefix { $0.isASCII && $0.isNumber }
        if let value = Int(String(digits)), digits.count <= 2 { return (value, index + digits.count) }
        guard digits.isEmpty, let ascii = characters[index].asciiValue, (0x61...0x7A).contains(ascii) else {
            return nil
        }
        return (Int(ascii - 0x61) + 1, index + 1)
    }
}
