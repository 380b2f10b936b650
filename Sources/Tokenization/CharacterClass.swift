/// What the patterns of pre-tokenizers tell characters apart by.
enum CharacterClass: UInt8, Sendable {
    /// `[\p{Lu}\p{Lt}]`
    case upper
    /// `\p{Ll}`
    case lower
    /// `[\p{Lm}\p{Lo}]`
    case caseless
    /// `\p{M}`
    case mark
    /// `[^\s\p{L}\p{M}\p{N}]`
    case other
    /// `\p{N}`
    case number
    /// `\s` but for line breaks
    case space
    /// `[\r\n]`
    case lineBreak

    init(_ scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: self = .upper
        case .lowercaseLetter: self = .lower
        case .modifierLetter, .otherLetter: self = .caseless
        case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default:
            if scalar == "\r" || scalar == "\n" {
                self = .lineBreak
            } else {
                self = scalar.properties.isWhitespace ? .space : .other
            }
        }
    }

    /// The classes of the characters up to U+FFFF, which is nearly all text: a property costs a search, this a look.
    static let ofBasicPlane = (UInt16.min...UInt16.max).map { value in
        Unicode.Scalar(value).map(CharacterClass.init) ?? .other
    }

    /// `\p{L}`
    var isLetter: Bool { rawValue <= Self.caseless.rawValue }
    /// `[^\s\p{L}\p{N}]`
    var isSymbol: Bool { self == .mark || self == .other }
    /// `\s`
    var isWhitespace: Bool { rawValue >= Self.space.rawValue }
}

/// Bytes read as UTF-8, a character at a time. Bytes that are none are characters of their own, of class `other`.
struct ClassifiedText {
    let bytes: [UInt8]
    /// Where the text ends for the reader; at most the number of bytes.
    var end: Int
    private let classes = CharacterClass.ofBasicPlane

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    /// The class of the character at a position and where the next one starts; `nil` at the end.
    func character(at position: Int) -> (class: CharacterClass, next: Int)? {
        guard position < end else { return nil }
        let first = bytes[position]
        if first < 0x80 { return (classes[Int(first)], position + 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard first >= 0xC2, length <= end - position else { return (.other, position + 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let byte = bytes[position + offset]
            guard byte & 0xC0 == 0x80 else { return (.other, position + 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        if value <= UInt16.max { return (classes[Int(value)], position + length) }
        return (Unicode.Scalar(value).map(CharacterClass.init) ?? .other, position + length)
    }

    /// Where the run of characters that fulfil a condition ends.
    func endOfRun(from position: Int, while condition: (CharacterClass) -> Bool) -> Int {
        var position = position
        while let (kind, next) = character(at: position), condition(kind) { position = next }
        return position
    }

    /// Where a word of whitespace ends, `\s*[\r\n]+|\s+(?!\S)|\s+`: after the run's last line break if it has one; else at
    /// the end of the text if the run goes on to there; else before its last character, which goes with the word after it;
    /// else after that one character.
    func endOfWhitespace(from start: Int) -> Int {
        var position = start
        var afterLineBreak: Int?
        var lastCharacter = start
        while let (kind, next) = character(at: position), kind.isWhitespace {
            if kind == .lineBreak { afterLineBreak = next }
            lastCharacter = position
            position = next
        }
        if let afterLineBreak { return afterLineBreak }
        return position == end || lastCharacter == start ? position : lastCharacter
    }
}
