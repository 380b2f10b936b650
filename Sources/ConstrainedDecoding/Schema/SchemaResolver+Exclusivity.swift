/// Proofs that a document of one alternative of a `oneOf` fits no other.
///
/// What is asked is about documents as they are written here: an object that is written without a key does not fit a
/// schema that requires it, even where the object's own schema would allow the key.
extension SchemaResolver {
    /// Alternatives inside alternatives that a proof looks into.
    private static let proofDepth = 8

    /// - Parameter written: the types of which facts have a shape.
    /// - Throws: ``SchemaError`` where an alternative was chosen that another could not be told from.
    mutating func requireExclusive(_ facts: SchemaFacts, written: SchemaFacts.Types) throws(SchemaError) {
        var facts = facts
        facts.types = written
        for choice in facts.choices {
            for (index, schema) in choice.alternatives.enumerated() where index != choice.chosen {
                for other in try self.facts(of: schema) {
                    guard try areExclusive(facts, other, choice.path, depth: 0) else {
                        throw SchemaError(
                            code: .unsupported, path: choice.path,
                            detail: "its alternatives \(min(index, choice.chosen)) and \(max(index, choice.chosen))"
                                + " are not told apart by type, value or required property (anyOf may be meant)")
                    }
                }
            }
        }
    }

    /// Whether it is certain that nothing written under the first facts fits the second.
    private mutating func areExclusive(
        _ written: SchemaFacts, _ other: SchemaFacts, _ path: String, depth: Int
    ) throws(SchemaError) -> Bool {
        try spend(1, path)
        let common = written.types.intersection(other.types)
        guard !common.isEmpty else { return true }
        if let literals = written.literals {
            for value in literals.values where try matches(value, other, path: path) { return false }
            return true
        }
        if let literals = other.literals {
            // Whether it is exclusive is the question, so it must not be taken for granted here.
            var written = written
            written.choices = []
            for value in literals.values where try matches(value, written, path: path) { return false }
            return true
        }
        guard depth < Self.proofDepth, common.isDisjoint(with: [.null, .boolean]) else { return false }
        if !common.isDisjoint(with: .number) {
            let isApart =
                Self.isAbove(written.lower, other.upper) || Self.isAbove(other.lower, written.upper)
            guard isApart else { return false }
        }
        if common.contains(.string), try !stringsAreExclusive(written, other, path) { return false }
        if common.contains(.array), try !arraysAreExclusive(written, other, path, depth) { return false }
        if common.contains(.object), try !objectsAreExclusive(written, other, path, depth) { return false }
        return true
    }

    private static func isAbove(_ lower: SchemaFacts.Bound?, _ upper: SchemaFacts.Bound?) -> Bool {
        guard let lower, let upper else { return false }
        return lower.isAbove(upper)
    }

    private mutating func stringsAreExclusive(
        _ written: SchemaFacts, _ other: SchemaFacts, _ path: String
    ) throws(SchemaError) -> Bool {
        if Self.areApart(written.length, other.length) { return true }
        guard !written.patterns.isEmpty, !other.patterns.isEmpty else { return false }
        var automata: [ByteAutomaton] = []
        for pattern in written.patterns + other.patterns {
            guard let automaton = try automaton(pattern, isPlain: false) else { return true }
            automata.append(automaton)
        }
        do {
            return try Self.intersection(automata) == nil
        } catch {
            throw SchemaError(error, path: path)
        }
    }

    private mutating func arraysAreExclusive(
        _ written: SchemaFacts, _ other: SchemaFacts, _ path: String, _ depth: Int
    ) throws(SchemaError) -> Bool {
        if Self.areApart(written.itemCount, other.itemCount) { return true }
        let certain = max(written.itemCount.minimum, other.itemCount.minimum)
        let named = max(written.prefixCount, other.prefixCount) + 1
        for index in 0..<min(certain, named) {
            let (first, second) = (written.places(ofItem: index), other.places(ofItem: index))
            if try placesAreExclusive(first, second, path, depth) { return true }
        }
        return false
    }

    private mutating func objectsAreExclusive(
        _ written: SchemaFacts, _ other: SchemaFacts, _ path: String, _ depth: Int
    ) throws(SchemaError) -> Bool {
        if Self.areApart(written.propertyCount, other.propertyCount) { return true }
        let declared = Set(written.declaredKeys)
        let isClosed = written.placesOfAdditional == nil
        for key in written.required + other.required {
            if isClosed && !declared.contains(key) { return true }
            let (first, second) = (written.places(ofProperty: key), other.places(ofProperty: key))
            if try placesAreExclusive(first, second, path, depth) { return true }
        }
        return false
    }

    private mutating func placesAreExclusive(
        _ written: [Place], _ other: [Place], _ path: String, _ depth: Int
    ) throws(SchemaError) -> Bool {
        for first in try facts(of: written) {
            for second in try facts(of: other) {
                guard try areExclusive(first, second, path, depth: depth + 1) else { return false }
            }
        }
        return true
    }

    private static func areApart(_ left: SchemaFacts.Counts, _ right: SchemaFacts.Counts) -> Bool {
        left.minimum > right.maximum ?? .max || right.minimum > left.maximum ?? .max
    }
}
