extension SchemaResolver {
    /// The shapes of the values that fit some facts.
    ///
    /// - Parameter contradiction: Gets the reason where a type is left without values.
    mutating func shapes(
        of facts: SchemaFacts, path: String, contradiction: inout String
    ) throws(SchemaError) -> [SchemaShape] {
        if let literals = facts.literals {
            var fitting: [JSONValue] = []
            for value in literals.values where try matches(value, facts, path: path) && Self.hasFormats(value, facts) {
                fitting.append(value)
            }
            if fitting.isEmpty { contradiction = "no value of enum or const fits what else is asked of it" }
            return fitting.isEmpty ? [] : [.literals(fitting)]
        }
        if facts.types.isEmpty { contradiction = "no type fits all that is asked of it" }
        var shapes: [SchemaShape] = []
        var written: SchemaFacts.Types = []
        func add(_ shape: SchemaShape?, _ types: SchemaFacts.Types) {
            guard let shape else { return }
            shapes.append(shape)
            written.formUnion(types)
        }
        let words: [(SchemaFacts.Types, [JSONValue])] = [(.null, [.null]), (.boolean, [.bool(true), .bool(false)])]
        let literals = words.filter { facts.types.contains($0.0) }
        if !literals.isEmpty { add(.literals(literals.flatMap(\.1)), literals.reduce([]) { $0.union($1.0) }) }
        if !facts.types.isDisjoint(with: .number) {
            add(try numbers(facts, path, &contradiction), facts.types.intersection(.number))
        }
        if facts.types.contains(.string) { add(try strings(facts, path, &contradiction), .string) }
        if facts.types.contains(.array) { add(try arrays(facts, path, &contradiction), .array) }
        if facts.types.contains(.object) { add(try objects(facts, path, &contradiction), .object) }
        try requireExclusive(facts, written: written)
        return shapes
    }

    private static func hasFormats(_ value: JSONValue, _ facts: SchemaFacts) -> Bool {
        guard case .string = value else { return true }
        return facts.formats.allSatisfy { $0.automaton.matches(value.compactBytes) }
    }

    private func numbers(
        _ facts: SchemaFacts, _ path: String, _ contradiction: inout String
    ) throws(SchemaError) -> SchemaShape? {
        let isInteger = !facts.types.contains(.fraction) || facts.multiples.contains { $0.isInteger }
        guard isInteger || facts.multiples.isEmpty else {
            throw SchemaError(
                code: .unsupported, path: path + "/multipleOf",
                detail: "of numbers with a fraction cannot be held to here, only of integers")
        }
        let decimals = isInteger ? 0 : SchemaLimits.fractionDigits
        let scale = (0..<decimals).reduce(Int128(1)) { product, _ in product * 10 }
        // The largest integer with all its fractions.
        let limit = Int128(SchemaLimits.integer) * scale + scale - 1
        var low = -limit
        var high = limit
        if let bound = facts.lower {
            low = bound.value.units(decimals: decimals, .up, limit: limit + 1)
            let isOnBound = bound.isExclusive && low == bound.value.units(decimals: decimals, .down, limit: limit + 1)
            if isOnBound { low += 1 }
        }
        if let bound = facts.upper {
            high = bound.value.units(decimals: decimals, .down, limit: limit + 1)
            let isOnBound = bound.isExclusive && high == bound.value.units(decimals: decimals, .up, limit: limit + 1)
            if isOnBound { high -= 1 }
        }
        guard low <= limit, high >= -limit else {
            throw SchemaError(code: .tooLarge, path: path, detail: "only numbers beyond ±\(SchemaLimits.integer) fit")
        }
        low = max(low, -limit)
        high = min(high, limit)
        guard low <= high else {
            contradiction = "no number that can be written lies between its bounds"
            return nil
        }
        guard isInteger else { return .number(low...high) }
        var step = 1
        for multiple in facts.multiples { step = Self.commonMultiple(step, multiple.integerStep ?? .max) }
        guard high / Int128(step) * Int128(step) >= low else {
            contradiction = "no multiple of \(step) lies between its bounds"
            return nil
        }
        return .integer(Int(low)...Int(high), multipleOf: step)
    }

    /// Saturates above every integer that is written, of which only 0 is then a multiple.
    private static func commonMultiple(_ left: Int, _ right: Int) -> Int {
        var (a, b) = (left, right)
        while b > 0 { (a, b) = (b, a % b) }
        let (product, overflow) = (left / a).multipliedReportingOverflow(by: right)
        return overflow ? SchemaLimits.integer + 1 : min(product, SchemaLimits.integer + 1)
    }

    private mutating func strings(
        _ facts: SchemaFacts, _ path: String, _ contradiction: inout String
    ) throws(SchemaError) -> SchemaShape? {
        guard let length = try counts(facts.length, limit: SchemaLimits.stringLength, path, &contradiction) else {
            return nil
        }
        guard !facts.patterns.isEmpty || !facts.formats.isEmpty else {
            return .string(StringShape(automaton: nil, length: length, isPlain: facts.isPlain))
        }
        var automata: [ByteAutomaton] = facts.formats.map(\.automaton)
        for pattern in facts.patterns {
            guard let automaton = try automaton(pattern, isPlain: facts.isPlain) else {
                contradiction = "no text fits its pattern"
                return nil
            }
            automata.append(automaton)
        }
        do {
            let automaton = try Self.intersection(automata)?.requiring(minimum: length.lowerBound)
            guard let automaton, automaton.scalarDistance[Int(ByteAutomaton.start)] <= length.upperBound else {
                contradiction = "no text fits its patterns, format and length together"
                return nil
            }
            return .string(
                StringShape(automaton: automaton, length: 0...length.upperBound, isPlain: facts.isPlain))
        } catch {
            throw SchemaError(error, path: path)
        }
    }

    /// The texts that all of one or more automata accept; nil when there are none.
    static func intersection(_ automata: [ByteAutomaton]) throws(PatternError) -> ByteAutomaton? {
        guard var result = automata.first else { return nil }
        for automaton in automata.dropFirst() {
            guard let both = try result.intersection(automaton) else { return nil }
            result = both
        }
        return result
    }

    private mutating func arrays(
        _ facts: SchemaFacts, _ path: String, _ contradiction: inout String
    ) throws(SchemaError) -> SchemaShape? {
        guard var count = try counts(facts.itemCount, limit: SchemaLimits.items, path, &contradiction) else {
            return nil
        }
        var prefix: [Int] = []
        for index in 0..<min(facts.prefixCount, count.upperBound) {
            prefix.append(try node(of: facts.places(ofItem: index)))
        }
        var rest: Int?
        if let schemas = facts.placesOfRest {
            rest = try node(of: schemas)
        } else {
            // Without elements after the named ones; these alone are enough, or there would be some.
            count = count.lowerBound...min(count.upperBound, prefix.count)
        }
        return .array(ArrayShape(prefix: prefix, rest: rest, count: count))
    }

    private mutating func objects(
        _ facts: SchemaFacts, _ path: String, _ contradiction: inout String
    ) throws(SchemaError) -> SchemaShape? {
        let keys = facts.declaredKeys
        guard keys.count <= SchemaLimits.properties else {
            throw SchemaError(code: .tooLarge, path: path, detail: "more than \(SchemaLimits.properties) properties")
        }
        let additional = facts.placesOfAdditional
        let most = keys.count + (additional == nil ? 0 : SchemaLimits.additionalProperties)
        let minimum = max(facts.propertyCount.minimum, facts.required.count)
        let maximum = min(facts.propertyCount.maximum ?? most, most)
        guard minimum <= maximum else {
            let isOurs = facts.propertyCount.maximum ?? .max >= minimum && additional != nil
            if isOurs {
                throw SchemaError(
                    code: .tooLarge, path: path,
                    detail: "more than \(SchemaLimits.additionalProperties) properties that are not named")
            }
            contradiction = "at least \(minimum) properties and at most \(maximum)"
            return nil
        }
        let required = Set(facts.required)
        var properties: [ObjectShape.Property] = []
        for key in keys {
            let node = try node(of: facts.places(ofProperty: key))
            properties.append(ObjectShape.Property(key: key, node: node, isRequired: required.contains(key)))
        }
        var rest: Int?
        if let additional { rest = try node(of: additional) }
        return .object(ObjectShape(properties: properties, additional: rest, count: minimum...maximum))
    }

    private func counts(
        _ counts: SchemaFacts.Counts, limit: Int, _ path: String, _ contradiction: inout String
    ) throws(SchemaError) -> ClosedRange<Int>? {
        guard counts.minimum <= limit else {
            throw SchemaError(code: .tooLarge, path: path, detail: "at least \(counts.minimum), the limit is \(limit)")
        }
        guard !counts.isEmpty else {
            contradiction = "at least \(counts.minimum) and at most \(counts.maximum ?? 0)"
            return nil
        }
        return counts.minimum...min(counts.maximum ?? limit, limit)
    }

    /// The automaton of the texts in which a pattern is found, as JSON strings; nil when there are none.
    mutating func automaton(
        _ pattern: SchemaFacts.Pattern, isPlain: Bool
    ) throws(SchemaError) -> ByteAutomaton? {
        let key = Array(pattern.text.utf8) + [isPlain ? 1 : 0]
        if let known = automata[key] { return known }
        do {
            let regex = try RegexParser.parse(pattern.text).wholeText(isAnchored: false)
            let made = try PatternAutomaton.automaton(regex, .quoted(isPlain: isPlain))
            automata[key] = .some(made)
            return made
        } catch {
            throw SchemaError(error, path: pattern.path)
        }
    }
}
