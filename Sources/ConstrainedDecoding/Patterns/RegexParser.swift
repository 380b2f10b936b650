/// Reads the regular subset of ECMA-262 patterns, each scalar being one character (the `u` flag).
///
/// Look-around, back references, word boundaries and Unicode properties are refused by name.
struct RegexParser {
    private let pattern: [UInt32]
    private var index = 0
    private var depth = 0

    /// - Throws: ``PatternError`` with the place in the pattern.
    static func parse(_ text: String) throws(PatternError) -> RegexTree {
        guard text.utf8.count <= SchemaLimits.patternBytes else {
            throw PatternError(
                .tooLarge, "a pattern of \(text.utf8.count) bytes, the limit is \(SchemaLimits.patternBytes)")
        }
        var parser = RegexParser(pattern: text.unicodeScalars.map(\.value))
        let regex = try parser.alternatives()
        guard parser.index == parser.pattern.count else { throw parser.fault(.invalid, "a ) that closes nothing") }
        return regex
    }

    private init(pattern: [UInt32]) { self.pattern = pattern }

    private mutating func alternatives() throws(PatternError) -> RegexTree {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(PatternError) -> RegexTree {
        var parts: [RegexTree] = []
        while let next, next != "|", next != ")" {
            parts.append(try quantified(atom()))
        }
        switch parts.count {
        case 0: return .empty
        case 1: return parts[0]
        default: return .sequence(parts)
        }
    }

    private mutating func atom() throws(PatternError) -> RegexTree {
        guard let character = next else { throw fault(.invalid, "the pattern ends too early") }
        switch character {
        case "^", "$", ".":
            index += 1
            return character == "^" ? .start : character == "$" ? .end : .one(ScalarSet.lineEnds.inverted)
        case "(": return try group()
        case "[": return .one(try characterClass())
        case "\\": return .one(try escape(inClass: false))
        case "*", "+", "?": throw fault(.invalid, "a quantifier with nothing before it")
        case "{", "}", "]": throw fault(.unsupported, "a \(character) without \\ before it")
        default:
            index += 1
            return .one(ScalarSet(character.value))
        }
    }

    private mutating func group() throws(PatternError) -> RegexTree {
        let start = index
        index += 1
        if take("?") {
            if take("<") {
                guard next != "=", next != "!" else { throw fault(.unsupported, "look-behind", at: start) }
                while let next, next != ">" {
                    guard next.properties.isXIDContinue else { throw fault(.invalid, "a bad group name") }
                    index += 1
                }
                guard take(">") else { throw fault(.invalid, "a group name without >", at: start) }
            } else if !take(":") {
                let isLookAhead = next == "=" || next == "!"
                throw fault(.unsupported, isLookAhead ? "look-ahead" : "a group with modifiers", at: start)
            }
        }
        depth += 1
        guard depth <= SchemaLimits.patternDepth else {
            throw fault(.tooLarge, "groups more than \(SchemaLimits.patternDepth) deep", at: start)
        }
        let inner = try alternatives()
        depth -= 1
        guard take(")") else { throw fault(.invalid, "a ( without )", at: start) }
        return inner
    }

    private mutating func quantified(_ part: RegexTree) throws(PatternError) -> RegexTree {
        let start = index
        guard let (minimum, maximum) = try quantifier() else { return part }
        guard part != .start, part != .end else { throw fault(.invalid, "a quantifier after an anchor", at: start) }
        // A lazy quantifier matches the same texts.
        _ = take("?")
        if try quantifier() != nil { throw fault(.invalid, "a quantifier after a quantifier", at: start) }
        if let maximum, maximum < minimum { throw fault(.invalid, "{\(minimum),\(maximum)} is no range", at: start) }
        return .repeated(part, minimum: minimum, maximum: maximum)
    }

    private mutating func quantifier() throws(PatternError) -> (minimum: Int, maximum: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = index
        guard take("{") else { return nil }
        guard let minimum = try number() else { throw fault(.unsupported, "a { without \\ before it", at: start) }
        var maximum: Int? = minimum
        if take(",") { maximum = try number() }
        guard take("}") else { throw fault(.unsupported, "a { without \\ before it", at: start) }
        return (minimum, maximum)
    }

    private mutating func number() throws(PatternError) -> Int? {
        var value: Int?
        while let digit = next.flatMap({ ("0"..."9").contains($0) ? Int($0.value) - 0x30 : nil }) {
            let larger = (value ?? 0) * 10 + digit
            guard larger <= SchemaLimits.stringLength else {
                throw fault(.tooLarge, "a repetition of more than \(SchemaLimits.stringLength)")
            }
            value = larger
            index += 1
        }
        return value
    }

    private var next: Unicode.Scalar? { index < pattern.count ? Unicode.Scalar(pattern[index]) : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == character else { return false }
        index += 1
        return true
    }

    private func fault(_ code: SchemaError.Code, _ detail: String, at offset: Int? = nil) -> PatternError {
        PatternError(code, at: offset ?? index, detail)
    }
}

extension RegexParser {
    private mutating func characterClass() throws(PatternError) -> ScalarSet {
        let start = index
        index += 1
        let isNegated = take("^")
        var set = ScalarSet([])
        while !take("]") {
            guard next != nil else { throw fault(.invalid, "a [ without ]", at: start) }
            let place = index
            let low = try classMember()
            guard next == "-", index + 1 < pattern.count, pattern[index + 1] != 0x5D else {
                set = set.union(low)
                continue
            }
            index += 1
            let high = try classMember()
            guard let first = low.only, let last = high.only, first <= last else {
                throw fault(.invalid, "a range that is none", at: place)
            }
            set = set.union(ScalarSet([first...last]))
        }
        return isNegated ? set.inverted : set
    }

    private mutating func classMember() throws(PatternError) -> ScalarSet {
        guard let character = next else { throw fault(.invalid, "a [ without ]") }
        if character == "\\" { return try escape(inClass: true) }
        index += 1
        return ScalarSet(character.value)
    }

    private mutating func escape(inClass: Bool) throws(PatternError) -> ScalarSet {
        let start = index
        index += 1
        guard let character = next else { throw fault(.invalid, "a \\ at the end", at: start) }
        index += 1
        switch character {
        case "d": return .digits
        case "D": return ScalarSet.digits.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "t": return ScalarSet(0x09)
        case "n": return ScalarSet(0x0A)
        case "v": return ScalarSet(0x0B)
        case "f": return ScalarSet(0x0C)
        case "r": return ScalarSet(0x0D)
        case "b" where inClass: return ScalarSet(0x08)
        case "b", "B": throw fault(.unsupported, "a word boundary", at: start)
        case "p", "P": throw fault(.unsupported, "a Unicode property", at: start)
        case "k", "1"..."9": throw fault(.unsupported, "a back reference", at: start)
        case "0":
            if let next, ("0"..."9").contains(next) { throw fault(.unsupported, "an octal escape", at: start) }
            return ScalarSet(0)
        case "c":
            guard let letter = next, letter.properties.isAlphabetic, letter.isASCII else {
                throw fault(.invalid, "\\c without a letter", at: start)
            }
            index += 1
            return ScalarSet(letter.value % 32)
        case "x": return ScalarSet(try hexadecimal(digits: 2, start))
        case "u": return ScalarSet(try unicodeEscape(start))
        default:
            guard character.isASCII, !character.properties.isAlphabetic else {
                throw fault(.unsupported, "the escape \\\(character)", at: start)
            }
            return ScalarSet(character.value)
        }
    }

    private mutating func unicodeEscape(_ start: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        if take("{") {
            while let next, next != "}" {
                guard let digit = UInt32(String(next), radix: 16), value <= 0x10FFFF else {
                    throw fault(.invalid, "a bad \\u{…}", at: start)
                }
                value = value * 16 + digit
                index += 1
            }
            guard take("}") else { throw fault(.invalid, "a bad \\u{…}", at: start) }
        } else {
            value = try hexadecimal(digits: 4, start)
            if (0xD800...0xDBFF).contains(value), take("\\"), take("u") {
                let low = try hexadecimal(digits: 4, start)
                guard (0xDC00...0xDFFF).contains(low) else { throw fault(.invalid, "half a surrogate pair", at: start) }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
        }
        guard Unicode.Scalar(value) != nil else { throw fault(.invalid, "no Unicode scalar", at: start) }
        return value
    }

    private mutating func hexadecimal(digits: Int, _ start: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next.flatMap({ UInt32(String($0), radix: 16) }) else {
                throw fault(.invalid, "expected \(digits) hexadecimal digits", at: start)
            }
            value = value * 16 + digit
            index += 1
        }
        return value
    }
}

extension ScalarSet {
    /// The set's one scalar, nil when it has none or more.
    fileprivate var only: UInt32? {
        guard ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
