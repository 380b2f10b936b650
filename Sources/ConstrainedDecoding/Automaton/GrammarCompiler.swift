/// Turns the nodes of a schema into the rules of a ``RuleBook``, within ``SchemaLimits``.
struct GrammarCompiler {
    private(set) var book = RuleBook()
    private var automata: [ByteAutomaton: Int] = [:]
    private var literalBytes = 0

    /// - Throws: ``SchemaError`` when no document fits or the shortest one is larger than the limit.
    static func compile(_ nodes: [SchemaNode]) throws(SchemaError) -> RuleBook {
        var compiler = GrammarCompiler()
        for node in nodes {
            var rules: [Int] = []
            for shape in Self.joined(node.shapes) { rules.append(try compiler.compile(shape, path: node.path)) }
            compiler.book.choices.append(rules)
            guard compiler.book.rules.count <= SchemaLimits.shapes else {
                throw SchemaError(
                    code: .tooLarge, path: node.path, detail: "more than \(SchemaLimits.shapes) shapes of values")
            }
        }
        compiler.book.measure()
        try compiler.check(nodes)
        return compiler.book
    }

    /// The book of one automaton's texts.
    static func compile(_ automaton: ByteAutomaton) -> RuleBook {
        var compiler = GrammarCompiler()
        compiler.add(
            .text(automaton: compiler.number(of: automaton), length: 0...SchemaLimits.stringLength), asChoice: true)
        compiler.book.measure()
        return compiler.book
    }

    /// The book of some texts.
    static func compile(_ texts: [[UInt8]]) -> RuleBook {
        var compiler = GrammarCompiler()
        compiler.add(.literals(root: compiler.book.tries.add(texts)), asChoice: true)
        compiler.book.measure()
        return compiler.book
    }

    /// The values of all `enum` and `const` alternatives as one shape.
    private static func joined(_ shapes: [SchemaShape]) -> [SchemaShape] {
        var values: [JSONValue] = []
        var others: [SchemaShape] = []
        for shape in shapes {
            if case .literals(let own) = shape { values += own } else { others.append(shape) }
        }
        return values.isEmpty ? others : [.literals(values)] + others
    }

    private mutating func compile(_ shape: SchemaShape, path: String) throws(SchemaError) -> Int {
        switch shape {
        case .literals(let values):
            var texts: [[UInt8]] = []
            for value in values { texts.append(try counted(value.compactBytes, path)) }
            return add(.literals(root: book.tries.add(texts)))
        case .string(let string):
            let any: ByteAutomaton = string.isPlain ? .plainString : .anyString
            return add(.text(automaton: number(of: string.automaton ?? any), length: string.length))
        case .integer(let range, let step):
            book.integers.append(IntegerRule(range: range, step: step))
            return add(.integer(book.integers.count - 1))
        case .number(let range):
            book.numbers.append(NumberRule(range: range))
            return add(.number(book.numbers.count - 1))
        case .array(let array):
            book.arrays.append(ArrayRule(prefix: array.prefix, rest: array.rest, count: array.count))
            return add(.array(book.arrays.count - 1))
        case .object(let object): return try compile(object, path: path)
        }
    }

    private mutating func compile(_ object: ObjectShape, path: String) throws(SchemaError) -> Int {
        var keys: [[UInt8]] = []
        var properties: [ObjectRule.Property] = []
        for property in object.properties {
            let key = JSONText.quoted(String(decoding: property.key, as: UTF8.self)) + [UInt8(ascii: ":")]
            keys.append(try counted(key, path))
            properties.append(
                ObjectRule.Property(keyBytes: key.count, choice: property.node, isRequired: property.isRequired))
        }
        var nextRequired = [properties.count]
        var requiredCount = [0]
        for (index, property) in properties.enumerated().reversed() {
            nextRequired.insert(property.isRequired ? index : nextRequired[0], at: 0)
            requiredCount.insert(requiredCount[0] + (property.isRequired ? 1 : 0), at: 0)
        }
        let number = book.objects.count
        var additional: ObjectRule.Additional?
        if let choice = object.additional {
            let named = Set(object.properties.map { KeyDigest($0.key) })
            let lengths = Set(named.map(\.count))
            var length = SchemaLimits.keyLength
            while !lengths.isDisjoint(with: length...(length + SchemaLimits.additionalProperties)) { length += 1 }
            additional = ObjectRule.Additional(
                choice: choice, keyRule: add(.key(object: number)), keyLength: length, named: named,
                namedLengths: lengths.reduce(into: KeyLengths()) { $0.insert($1) })
        }
        book.objects.append(
            ObjectRule(
                properties: properties, keys: book.tries.add(keys), nextRequired: nextRequired,
                requiredCount: requiredCount, additional: additional, count: object.count))
        return add(.object(number))
    }

    @discardableResult
    private mutating func add(_ rule: Rule, asChoice: Bool = false) -> Int {
        book.rules.append(rule)
        if asChoice { book.choices.append([book.rules.count - 1]) }
        return book.rules.count - 1
    }

    private mutating func number(of automaton: ByteAutomaton) -> Int {
        if let known = automata[automaton] { return known }
        automata[automaton] = book.automata.count
        book.automata.append(automaton)
        return book.automata.count - 1
    }

    private mutating func counted(_ bytes: [UInt8], _ path: String) throws(SchemaError) -> [UInt8] {
        literalBytes += bytes.count
        guard literalBytes <= SchemaLimits.literalBytes else {
            throw SchemaError(
                code: .tooLarge, path: path, detail: "more than \(SchemaLimits.literalBytes) bytes of keys and values")
        }
        return bytes
    }

    private func check(_ nodes: [SchemaNode]) throws(SchemaError) {
        for (choice, node) in nodes.enumerated() {
            let cost = book.cost(of: choice, room: SchemaLimits.depth)
            guard cost <= SchemaLimits.documentBytes || cost >= RuleBook.never else {
                throw SchemaError(
                    code: .tooLarge, path: node.path,
                    detail: "the shortest value has more than \(SchemaLimits.documentBytes) bytes")
            }
        }
        guard book.choiceHeights[0] == .max else { return }
        // Follows what must be written and cannot be, down to where nothing fits or to where it began.
        var choice = 0
        var seen: Set<Int> = []
        while seen.insert(choice).inserted, let next = impossiblePart(of: choice) { choice = next }
        let node = nodes[choice]
        let isEmpty = node.shapes.isEmpty
        let reason = node.contradiction.isEmpty ? "false fits nothing" : node.contradiction
        throw SchemaError(
            code: .unsatisfiable, path: node.path,
            detail: isEmpty
                ? "\(reason), and every document would have to hold this"
                : "no document of it ends within \(SchemaLimits.depth) levels")
    }

    /// A choice that the first rule of `choice` needs and that cannot be written.
    private func impossiblePart(of choice: Int) -> Int? {
        guard let rule = book.choices[choice].first else { return nil }
        let parts: [Int]
        switch book.rules[rule] {
        case .object(let number):
            let object = book.objects[number]
            parts = object.properties.filter(\.isRequired).map(\.choice) + object.properties.map(\.choice)
        case .array(let number):
            let array = book.arrays[number]
            parts = array.prefix.prefix(array.count.lowerBound) + [array.rest].compactMap(\.self)
        default: parts = []
        }
        return parts.first { book.choiceHeights[$0] == .max }
    }
}
