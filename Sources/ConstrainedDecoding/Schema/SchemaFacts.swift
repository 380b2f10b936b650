/// What holds for a value where one or more schemas apply together, alternatives taken out.
///
/// A schema is read as a list of these, of which a value must fit one: `allOf` and `$ref` merge them, `anyOf` and
/// `oneOf` multiply them. A fact about another type than the value's says nothing, as in JSON Schema.
struct SchemaFacts {
    typealias Place = SchemaPlaces.Place

    /// The types of JSON Schema; an integer is a number without a fraction.
    struct Types: OptionSet, Hashable {
        let rawValue: UInt8

        static let null = Types(rawValue: 1)
        static let boolean = Types(rawValue: 2)
        static let integer = Types(rawValue: 4)
        static let fraction = Types(rawValue: 8)
        static let string = Types(rawValue: 16)
        static let array = Types(rawValue: 32)
        static let object = Types(rawValue: 64)
        static let number: Types = [.integer, .fraction]
        static let any: Types = [.null, .boolean, .number, .string, .array, .object]
    }

    /// A bound of numbers.
    struct Bound {
        let value: ExactDecimal
        let isExclusive: Bool
    }

    /// The bounds of a count; nil is none.
    struct Counts {
        var minimum = 0
        var maximum: Int?

        var isEmpty: Bool { maximum.map { $0 < minimum } ?? false }

        mutating func merge(_ other: Counts) {
            minimum = max(minimum, other.minimum)
            maximum = [maximum, other.maximum].compactMap(\.self).min()
        }
    }

    /// `prefixItems` and `items` of one schema.
    struct Items {
        var prefix: [Place] = []
        var rest: Place?
    }

    /// `properties` and `additionalProperties` of one schema.
    struct Properties {
        /// The keys of `properties` in their order; nil without that keyword.
        var keys: [[UInt8]]?
        var declared: [[UInt8]: Place] = [:]
        var additional: Place?
    }

    /// Values of `enum` and `const`.
    struct Literals {
        let values: [JSONValue]
        /// The values' ``JSONValue/canonicalBytes``.
        private let keys: Set<[UInt8]>

        init(_ values: [JSONValue]) {
            self.values = values
            keys = Set(values.map(\.canonicalBytes))
        }

        func contains(_ value: JSONValue) -> Bool { keys.contains(value.canonicalBytes) }

        func intersection(_ other: Literals) -> Literals { Literals(values.filter(other.contains)) }
    }

    /// One pattern with the place it stands at.
    struct Pattern {
        let text: String
        let path: String
    }

    /// Which alternative of a `oneOf` these facts have taken.
    struct Choice {
        let alternatives: [Place]
        let chosen: Int
        let path: String
    }

    var types = Types.any
    /// The only values that fit; nil for no such restriction.
    var literals: Literals?
    var lower: Bound?
    var upper: Bound?
    var multiples: [ExactDecimal] = []
    var length = Counts()
    var patterns: [Pattern] = []
    var formats: [StringFormat] = []
    var isPlain = false
    var items: [Items] = []
    var itemCount = Counts()
    var properties: [Properties] = []
    var required: [[UInt8]] = []
    var propertyCount = Counts()
    var choices: [Choice] = []

    /// The facts under which both hold.
    func merged(_ other: SchemaFacts) -> SchemaFacts {
        var result = self
        result.types.formIntersection(other.types)
        if let restriction = other.literals { result.literals = literals?.intersection(restriction) ?? restriction }
        result.lower = Bound.tighter(lower, other.lower) { $0 > $1 }
        result.upper = Bound.tighter(upper, other.upper) { $0 < $1 }
        result.multiples += other.multiples
        result.length.merge(other.length)
        result.patterns += other.patterns
        result.formats += other.formats.filter { !formats.contains($0) }
        result.isPlain = isPlain || other.isPlain
        result.items += other.items
        result.itemCount.merge(other.itemCount)
        result.properties += other.properties
        result.required += other.required.filter { !required.contains($0) }
        result.propertyCount.merge(other.propertyCount)
        result.choices += other.choices
        return result
    }
}

extension SchemaFacts.Bound {
    /// Whether no number lies between this lower bound and an upper one.
    func isAbove(_ upper: SchemaFacts.Bound) -> Bool {
        value == upper.value ? isExclusive || upper.isExclusive : value > upper.value
    }

    /// The tighter one of two bounds, of equal ones the exclusive one; nil is no bound.
    static func tighter(
        _ left: SchemaFacts.Bound?, _ right: SchemaFacts.Bound?, by isTighter: (ExactDecimal, ExactDecimal) -> Bool
    ) -> SchemaFacts.Bound? {
        guard let left, let right else { return left ?? right }
        if left.value == right.value { return left.isExclusive ? left : right }
        return isTighter(left.value, right.value) ? left : right
    }
}

extension SchemaFacts {
    /// The schemas that apply to element `index` of an array.
    func places(ofItem index: Int) -> [Place] {
        items.compactMap { index < $0.prefix.count ? $0.prefix[index] : $0.rest }
    }

    /// The schemas that apply to the value of a property.
    func places(ofProperty key: [UInt8]) -> [Place] {
        properties.compactMap { $0.declared[key] ?? $0.additional }
    }

    /// The keys that are named, in the order in which they are written.
    var declaredKeys: [[UInt8]] {
        var seen: Set<[UInt8]> = []
        return (properties.flatMap { $0.keys ?? [] } + required).filter { seen.insert($0).inserted }
    }

    /// The schemas of properties that are not named, nil where none is written.
    ///
    /// Where a schema does not say what else an object may hold, nothing else is written, except in an object of which
    /// it says nothing at all.
    var placesOfAdditional: [Place]? {
        let places = properties.compactMap(\.additional)
        guard places.isEmpty else { return places }
        return properties.contains { $0.keys != nil } || !required.isEmpty ? nil : []
    }

    /// The schemas of elements after those that `prefixItems` names, nil where none is written; as for properties.
    var placesOfRest: [Place]? {
        let places = items.compactMap(\.rest)
        guard places.isEmpty, prefixCount > 0 else { return places }
        return itemCount.minimum > prefixCount ? [] : nil
    }

    /// Elements that have a schema of their own.
    var prefixCount: Int { items.map(\.prefix.count).max() ?? 0 }
}
