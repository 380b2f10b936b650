/// What the patterns of pre-tokenizers tell characters apart by.
enum CharacterClass: Sendable {
    /// `[\r\n]`
    case lineBreak
    /// `\s` but for line breaks
    case space
    /// `\p{L}`
    case letter
    /// `\p{N}`
    case number
    /// `[^\s\p{L}\p{N}]`
    case other

    init(_ scalar: Unicode.Scalar) {
        if scalar.value < 0x80 {
            self = Self.ascii[Int(scalar.value)]
        } else {
            self.init(properties: scalar)
        }
    }

    private static let ascii = (0..<0x80).map { CharacterClass(properties: Unicode.Scalar(UInt8($0))) }

    private init(properties scalar: Unicode.Scalar) {
        // The ideographs that most text beyond ASCII here is made of, before the slower property tables.
        if (0x4E00...0x9FFF).contains(scalar.value) {
            self = .letter
            return
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default:
            if scalar == "\r" || scalar == "\n" {
                self = .lineBreak
            } else {
                self = scalar.properties.isWhitespace ? .space : .other
            }
        }
    }

    var isWhitespace: Bool { self == .space || self == .lineBreak }
}

/// Valid UTF-8, read a character at a time from any character's first byte.
struct ClassifiedText {
    let bytes: [UInt8]

    /// - Parameter bytes: valid UTF-8.
    init(validUTF8 bytes: [UInt8]) { self.bytes = bytes }

    var end: Int { bytes.count }

    /// The class of the character at a position and where the next one starts; `nil` at the end.
    func character(at position: Int) -> (class: CharacterClass, next: Int)? {
        guard position < bytes.count else { return nil }
        let first = UInt32(bytes[position])
        func continuation(_ offset: Int) -> UInt32 { UInt32(bytes[position + offset] & 0x3F) }
        let value: UInt32
        let length: Int
        switch first {
        case ..<0x80: (value, length) = (first, 1)
        case ..<0xE0: (value, length) = ((first & 0x1F) << 6 | continuation(1), 2)
        case ..<0xF0: (value, length) = ((first & 0x0F) << 12 | continuation(1) << 6 | continuation(2), 3)
        default:
            value = (first & 0x07) << 18 | continuation(1) << 12 | continuation(2) << 6 | continuation(3)
            length = 4
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        return (CharacterClass(scalar), position + length)
    }

    /// Where the run of characters that fulfil a condition ends.
    func endOfRun(from position: Int, while condition: (CharacterClass) -> Bool) -> Int {
        var position = position
        while let (kind, next) = character(at: position), condition(kind) { position = next }
        return position
    }
}
