/// Numbers in digits and in words, each with its sign and unit.
extension StatementLexer {
    mutating func number() -> Lexeme {
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
        if before > 0, "≤≥<>≈≠±".unicodeScalars.contains(scalars[before - 1]) {
            at = before - 1
            text = String(scalars[at]) + text
        }
        return (text, at)
    }

    // MARK: Units

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
            !goesOnAsWord()
        {
            return unit
        }
        index = start
        return nil
    }

    /// `2 turn-buckles` names no unit.
    private func goesOnAsWord() -> Bool {
        guard let next = peek(0) else { return false }
        return NormalText.isASCIIAlphanumeric(next) || next == "-" && peek(1).map(NormalText.isASCIILetter) == true
    }

    mutating func spacedChineseUnit() -> String? {
        guard let blank = peek(0), NormalText.isBlank(blank), let unit = Units.chinese(scalars, at: index + 1) else {
            return nil
        }
        index = unit.end
        return unit.unit
    }

    mutating func chineseUnit() -> String? {
        guard let (unit, end) = Units.chinese(scalars, at: index) else { return nil }
        index = end
        return unit
    }

    /// `MPa`, `kg/cm2`, `N·m`, `m/s^2`, `V DC`.
    private mutating func unitExpression(mustBeKnown: Bool = false) -> String? {
        guard var unit = unitAtom(mustBeKnown: mustBeKnown) else { return nil }
        while let joint = peek(0), joint == "/" || joint == "·" || joint == "*", let next = peek(1), isUnitScalar(next)
        {
            index += 1
            guard let atom = unitAtom(mustBeKnown: false) else { break }
            // `N·m` is written `Nm` too.
            unit += unit.hasSuffix("N") && joint != "/" && atom == "m" ? atom : String(joint) + atom
        }
        if unit == "V" || unit == "A" {
            for current in ["DC", "AC"] where follows(" \(current)") {
                index += 3
                unit += current
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
        NormalText.isASCIILetter(scalar) || "°%Ωμµ‰′″".unicodeScalars.contains(scalar)
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

    // MARK: Numbers in words

    /// `twenty-five`, `two hundred and ten`. `one` without a unit is more often a pronoun than a number, so it stays a
    /// word.
    /// - Parameters:
    ///   - first: the word just read; the index stands after it.
    ///   - start: where it begins.
    mutating func numberInWords(_ first: String, from start: Int) -> Lexeme? {
        var words = first.split(separator: "-").map(String.init)
        guard var value = Numerals.english(words) else { return nil }
        var end = index
        while let word = followingWord() {
            words += word.split(separator: "-").map(String.init)
            if let longer = Numerals.english(words) {
                (value, end) = (longer, index)
            } else if words.last != "and" {
                break
            }
        }
        index = end
        if let unit = spacedUnit() {
            return rangeAware(Statement.Fact(text: String(value), unit: unit), signStart: start)
        }
        guard words.first != "one" || value > 1 else { return nil }
        bareNumberEnd = index
        return .fact(Statement.Fact(text: String(value)))
    }

    private mutating func followingWord() -> String? {
        let start = index
        while let scalar = peek(0), NormalText.isBlank(scalar) { index += 1 }
        guard index > start, let first = peek(0), NormalText.isASCIILetter(first) else { return nil }
        return name(from: index).lowercased()
    }

    /// 三次, 十分鐘, 二十五: characters of numbers make a number before a unit or a classifier, and several of them always.
    mutating func chineseNumber() -> Lexeme? {
        guard let (fact, end) = chineseNumber(at: index) else { return nil }
        index = end
        bareNumberEnd = fact.unit.isEmpty ? end : nil
        return .fact(fact)
    }

    func startsChineseNumber() -> Bool { chineseNumber(at: index) != nil }

    private func chineseNumber(at start: Int) -> (Statement.Fact, end: Int)? {
        let percent = Array("百分之".unicodeScalars)
        if scalars[start...].starts(with: percent),
            let (value, end) = Numerals.chinese(scalars, at: start + percent.count)
        {
            return (Statement.Fact(text: String(value), unit: "%"), end)
        }
        guard start == 0 || !Numerals.isChinese(scalars[start - 1]),
            let (value, end) = Numerals.chinese(scalars, at: start)
        else { return nil }
        if let (unit, unitEnd) = Units.chinese(scalars, at: end) {
            return (Statement.Fact(text: String(value), unit: unit), unitEnd)
        }
        let isCounted = end < scalars.count && Units.isClassifier(scalars[end])
        return isCounted || end - start > 1 ? (Statement.Fact(text: String(value)), end) : nil
    }
}
