/// Cuts a normalised sentence into words, runs of Chinese characters and facts.
struct StatementLexer {
    enum Lexeme: Hashable {
        case fact(Statement.Fact)
        /// The number before the last one is the start of a range and has its unit: `20–30 °C`. Comes before the fact
        /// that names the unit.
        case unitOfPrevious(String)
        /// Lower case.
        case word(String)
        case han([Unicode.Scalar])
    }

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var pending: Lexeme?
    /// Where the last fact ended, if it was a number without a unit.
    private var bareNumberEnd: Int?
    /// Nothing but blanks and marks so far: a capital `A` is an article here.
    private var isAtStart = true

    init(_ sentence: [Unicode.Scalar]) { scalars = sentence }

    mutating func next() -> Lexeme? {
        if let lexeme = pending {
            pending = nil
            return lexeme
        }
        while index < scalars.count {
            let scalar = scalars[index]
            let lexeme: Lexeme?
            if NormalText.isDigit(scalar) {
                lexeme = number()
            } else if scalar == ".", let next = peek(1), NormalText.isDigit(next) {
                lexeme = number()
            } else if NormalText.isHan(scalar) {
                lexeme = chineseNumber() ?? hanRun()
            } else if scalar.properties.isAlphabetic {
                lexeme = word()
            } else {
                index += 1
                continue
            }
            isAtStart = false
            return lexeme
        }
        return nil
    }

    private func peek(_ offset: Int) -> Unicode.Scalar? {
        let at = index + offset
        return scalars.indices.contains(at) ? scalars[at] : nil
    }

    private func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    // MARK: Numbers

    private mutating func number() -> Lexeme {
        let start = index
        let (sign, signStart) = sign(before: start)
        let digits = digits()
        let attached = index
        if let unit = attachedUnit() ?? spacedUnit() {
            return rangeAware(Statement.Fact(text: digits, sign: sign, unit: unit), signStart: signStart)
        }
        if let letter = peek(0), NormalText.isASCIILetter(letter) {
            index = attached
            return .fact(Statement.Fact(text: name(from: start), sign: sign))
        }
        bareNumberEnd = index
        return .fact(Statement.Fact(text: digits, sign: sign))
    }

    /// Digits with decimal points, and `/` or `:` between digits; thousands separators are left out.
    private mutating func digits() -> String {
        var text = scalars[index] == "." ? "0" : ""
        var groupDigits = 0
        var mayHaveGroups = true
        while let scalar = peek(0) {
            if NormalText.isDigit(scalar) {
                groupDigits += 1
                text.unicodeScalars.append(scalar)
            } else if scalar == ",", mayHaveGroups, (1...3).contains(groupDigits), isThousandsGroup(at: index + 1) {
                groupDigits = 0
            } else if scalar == "." || scalar == "/" || scalar == ":", let next = peek(1), NormalText.isDigit(next) {
                mayHaveGroups = false
                text.unicodeScalars.append(scalar)
            } else {
                break
            }
            index += 1
        }
        return text
    }

    private func isThousandsGroup(at start: Int) -> Bool {
        guard start + 3 <= scalars.count, scalars[start..<start + 3].allSatisfy(NormalText.isDigit) else {
            return false
        }
        return start + 3 == scalars.count || !NormalText.isDigit(scalars[start + 3])
    }

    /// The signs and comparison before a number; a dash after a letter or digit is no minus.
    private func sign(before start: Int) -> (text: String, start: Int) {
        var text = ""
        var at = start
        if at > 0, "-+±".unicodeScalars.contains(scalars[at - 1]) {
            let isJoin = at > 1 && (scalars[at - 2].properties.isAlphabetic || NormalText.isDigit(scalars[at - 2]))
            if !isJoin || scalars[at - 1] == "±" {
                at -= 1
                text = String(scalars[at])
            }
        }
        var before = at
        while before > 0, NormalText.isBlank(scalars[before - 1]) { before -= 1 }
        if before > 0, "≤≥<>≈±".unicodeScalars.contains(scalars[before - 1]) {
            at = before - 1
            text = String(scalars[at]) + text
        }
        return (text, at)
    }

    /// A unit that follows the digits at once; any letters are one (`24VDC`, `2nd`) unless digits come after them.
    private mutating func attachedUnit() -> String? {
        guard let first = peek(0) else { return nil }
        if NormalText.isHan(first) { return chineseUnit() }
        guard isUnitScalar(first) else { return nil }
        let start = index
        let unit = unitExpression()
        if let next = peek(0), NormalText.isASCIIAlphanumeric(next) {
            index = start
            return nil
        }
        return unit
    }

    /// A known unit after a blank.
    private mutating func spacedUnit() -> String? {
        let start = index
        while let scalar = peek(0), NormalText.isBlank(scalar) { index += 1 }
        guard index > start, let first = peek(0) else {
            index = start
            return nil
        }
        if NormalText.isHan(first), let unit = chineseUnit() { return unit }
        if isUnitScalar(first), let unit = unitExpression(mustBeKnown: true),
            peek(0).map({ NormalText.isASCIIAlphanumeric($0) }) != true
        {
            return unit
        }
        index = start
        return nil
    }

    private mutating func spacedChineseUnit() -> String? {
        guard let blank = peek(0), NormalText.isBlank(blank), let unit = Units.chinese(scalars, at: index + 1) else {
            return nil
        }
        index = unit.end
        return unit.unit
    }

    private mutating func chineseUnit() -> String? {
        guard let (unit, end) = Units.chinese(scalars, at: index) else { return nil }
        index = end
        return unit
    }

    /// `MPa`, `kg/cm2`, `N·m`, `m/s^2`, `V DC`.
    private mutating func unitExpression(mustBeKnown: Bool = false) -> String? {
        var unit = unitAtom(mustBeKnown: mustBeKnown)
        guard unit != nil else { return nil }
        while let joint = peek(0), joint == "/" || joint == "·" || joint == "*", let next = peek(1), isUnitScalar(next)
        {
            index += 1
            guard let atom = unitAtom(mustBeKnown: false) else { break }
            unit? += String(joint) + atom
        }
        if unit == "V" || unit == "A" {
            for current in ["DC", "AC"] where follows(" \(current)") {
                index += 3
                unit? += current
            }
        }
        return unit
    }

    private func follows(_ suffix: String) -> Bool {
        let wanted = Array(suffix.unicodeScalars)
        guard index + wanted.count <= scalars.count,
            Array(scalars[index..<index + wanted.count]) == wanted
        else { return false }
        return index + wanted.count == scalars.count || !NormalText.isASCIIAlphanumeric(scalars[index + wanted.count])
    }

    private mutating func unitAtom(mustBeKnown: Bool) -> String? {
        let start = index
        while let scalar = peek(0), isUnitScalar(scalar) { index += 1 }
        let surface = text(start..<index)
        guard let known = Units.canonical(surface) else {
            if mustBeKnown { index = start }
            return mustBeKnown ? nil : surface
        }
        return known + exponent()
    }

    private mutating func exponent() -> String {
        let start = index
        if peek(0) == "^" { index += 1 }
        if peek(0) == "-", index > start { index += 1 }
        guard let digit = peek(0), digit == "1" || digit == "2" || digit == "3",
            peek(1).map({ NormalText.isASCIIAlphanumeric($0) }) != true
        else {
            index = start
            return ""
        }
        index += 1
        return text(start..<index).replacing("^", with: "")
    }

    private func isUnitScalar(_ scalar: Unicode.Scalar) -> Bool {
        NormalText.isASCIILetter(scalar) || "°%Ωμµ‰".unicodeScalars.contains(scalar)
    }

    /// Gives the number before a range's sign the unit that stands after the range.
    private mutating func rangeAware(_ fact: Statement.Fact, signStart: Int) -> Lexeme {
        defer { bareNumberEnd = fact.unit.isEmpty ? index : nil }
        guard let end = bareNumberEnd, end <= signStart, !fact.unit.isEmpty else { return .fact(fact) }
        let between = text(end..<signStart).filter { !$0.isWhitespace }.lowercased()
        let isJoined = between.isEmpty && fact.sign == "±"
        guard Self.rangeSigns.contains(between) || isJoined else { return .fact(fact) }
        pending = .fact(fact)
        return .unitOfPrevious(fact.unit)
    }

    private static let rangeSigns: Set<String> = [
        "-", "~", "to", "and", "or", "至", "到", "或", "和", "及", "x", "×", "*", "...", "…", "/",
    ]

    /// 三次, 十分鐘: a Chinese numeral counts as a number only before a unit.
    private mutating func chineseNumber() -> Lexeme? {
        guard let (value, end) = Numerals.chinese(scalars, at: index),
            let (unit, unitEnd) = Units.chinese(scalars, at: end)
        else { return nil }
        index = unitEnd
        bareNumberEnd = nil
        return .fact(Statement.Fact(text: String(value), unit: unit))
    }

    // MARK: Words

    private mutating func hanRun() -> Lexeme {
        let start = index
        index += 1
        while let scalar = peek(0), NormalText.isHan(scalar) {
            if let (_, end) = Numerals.chinese(scalars, at: index), Units.chinese(scalars, at: end) != nil { break }
            index += 1
        }
        return .han(Array(scalars[start..<index]))
    }

    private mutating func word() -> Lexeme {
        let start = index
        let isFirst = isAtStart
        let surface = name(from: start)
        if isName(surface, isFirst: isFirst) {
            // `ENTER7秒` ends in a number of its own.
            let unit = surface.last?.isNumber == true ? chineseUnit() ?? spacedChineseUnit() : nil
            return .fact(Statement.Fact(text: surface, unit: unit ?? ""))
        }
        guard let value = Numerals.english(surface.lowercased()) else { return .word(surface.lowercased()) }
        if let unit = spacedUnit() { return .fact(Statement.Fact(text: String(value), unit: unit)) }
        bareNumberEnd = index
        return .fact(Statement.Fact(text: String(value)))
    }

    /// Letters and digits, joined by marks that have a letter or digit on both sides.
    private mutating func name(from start: Int) -> String {
        index = start
        while let scalar = peek(0) {
            if isNameScalar(scalar) {
                index += 1
            } else if "-_.:'#+".unicodeScalars.contains(scalar), let next = peek(1), isNameScalar(next), index > start {
                index += 2
            } else {
                break
            }
        }
        return text(start..<max(index, start + 1))
    }

    private func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        NormalText.isDigit(scalar) || (scalar.properties.isAlphabetic && !NormalText.isHan(scalar))
    }

    /// A part, terminal, parameter or code: it holds a digit, or capitals that no word has.
    private func isName(_ surface: String, isFirst: Bool) -> Bool {
        if surface.unicodeScalars.contains(where: NormalText.isDigit) { return true }
        guard !GuardWords.isKnown(surface.lowercased()) else { return false }
        if surface.count == 1 {
            return surface.first?.isUppercase == true && !(isFirst && surface == "A") && surface != "I"
        }
        return surface.dropFirst().contains(where: \.isUppercase)
    }
}
