/// Whether values fit schemas, by the meaning of the schema rather than by how it is written here.
///
/// A `format` is left out: to many validators it is only an annotation, so it must not tell alternatives apart.
extension SchemaResolver {
    /// Whether a value fits some facts.
    ///
    /// - Parameter path: the place to name where a schema is at fault.
    mutating func matches(_ value: JSONValue, _ facts: SchemaFacts, path: String) throws(SchemaError) -> Bool {
        try spend(1, path)
        if facts.literals?.contains(value) == false { return false }
        let fits: Bool
        switch value {
        case .null: fits = facts.types.contains(.null)
        case .bool: fits = facts.types.contains(.boolean)
        case .number(let text): fits = try matches(ExactDecimal(text), facts, path)
        case .string(let text): fits = try matches(text, facts)
        case .array(let items): fits = try matches(items, facts, path)
        case .object(let members): fits = try matches(members, facts, path)
        }
        guard fits else { return false }
        for choice in facts.choices {
            for (index, schema) in choice.alternatives.enumerated() where index != choice.chosen {
                if try self.fits(value, schema, path) { return false }
            }
        }
        return true
    }

    private mutating func fits(_ value: JSONValue, _ schema: Place, _ path: String) throws(SchemaError) -> Bool {
        for facts in try facts(of: schema) {
            if try matches(value, facts, path: path) { return true }
        }
        return false
    }

    private func matches(_ number: ExactDecimal, _ facts: SchemaFacts, _ path: String) throws(SchemaError) -> Bool {
        guard facts.types.contains(number.isInteger ? .integer : .fraction) else { return false }
        let exact = SchemaFacts.Bound(value: number, isExclusive: false)
        if facts.lower?.isAbove(exact) == true { return false }
        if let upper = facts.upper, exact.isAbove(upper) { return false }
        // The reader refuses steps of so many digits that this could not be told.
        return facts.multiples.allSatisfy { number.isMultiple(of: $0) == true }
    }

    private mutating func matches(_ text: String, _ facts: SchemaFacts) throws(SchemaError) -> Bool {
        guard facts.types.contains(.string), facts.length.contains(text.unicodeScalars.count) else { return false }
        let quoted = JSONText.quoted(text)
        for pattern in facts.patterns {
            guard let automaton = try automaton(pattern, isPlain: false), automaton.matches(quoted) else {
                return false
            }
        }
        return true
    }

    private mutating func matches(
        _ items: [JSONValue], _ facts: SchemaFacts, _ path: String
    ) throws(SchemaError) -> Bool {
        guard facts.types.contains(.array), facts.itemCount.contains(items.count) else { return false }
        for (index, item) in items.enumerated() {
            for schema in facts.places(ofItem: index) {
                guard try fits(item, schema, path) else { return false }
            }
        }
        return true
    }

    private mutating func matches(
        _ members: [JSONValue.Member], _ facts: SchemaFacts, _ path: String
    ) throws(SchemaError) -> Bool {
        guard facts.types.contains(.object), facts.propertyCount.contains(members.count) else { return false }
        guard Set(facts.required).isSubset(of: members.map { Array($0.key.utf8) }) else { return false }
        for member in members {
            for schema in facts.places(ofProperty: Array(member.key.utf8)) {
                guard try fits(member.value, schema, path) else { return false }
            }
        }
        return true
    }
}

extension SchemaFacts.Counts {
    fileprivate func contains(_ count: Int) -> Bool { count >= minimum && count <= maximum ?? .max }
}
