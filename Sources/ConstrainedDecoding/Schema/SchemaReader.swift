/// Reads one schema object of a JSON Schema document: what it says itself, and which schemas it brings in.
struct SchemaReader {
    /// Schemas of which a value must fit one.
    struct Group {
        let alternatives: [SchemaPlaces.Place]
        let isExclusive: Bool
        let path: String
    }

    struct Reading {
        var facts = SchemaFacts()
        /// Schemas that apply as well: `$ref` and `allOf`.
        var conjuncts: [SchemaPlaces.Place] = []
        var groups: [Group] = []
    }

    private let members: [JSONValue.Member]
    private let path: String

    static let annotations: Set<String> = [
        "$schema", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "deprecated",
        "readOnly", "writeOnly", "x-verbatim",
    ]

    /// - Throws: ``SchemaError`` naming the keyword that is not as it should be.
    static func read(
        _ members: [JSONValue.Member], path: String, places: inout SchemaPlaces
    ) throws(SchemaError) -> Reading {
        try SchemaReader(members: members, path: path).reading(&places)
    }

    private func reading(_ places: inout SchemaPlaces) throws(SchemaError) -> Reading {
        var reading = Reading()
        var items: SchemaFacts.Items?
        var properties: SchemaFacts.Properties?
        for member in members {
            let keyword = member.key
            switch keyword {
            case "type": reading.facts.types = try types(member.value)
            case "const": try restrict(&reading.facts, to: [member.value], keyword)
            case "enum": try restrict(&reading.facts, to: try array(member), keyword)
            case "minimum", "exclusiveMinimum":
                let bound = SchemaFacts.Bound(value: try decimal(member), isExclusive: keyword != "minimum")
                reading.facts.lower = SchemaFacts.Bound.tighter(reading.facts.lower, bound) { $0 > $1 }
            case "maximum", "exclusiveMaximum":
                let bound = SchemaFacts.Bound(value: try decimal(member), isExclusive: keyword != "maximum")
                reading.facts.upper = SchemaFacts.Bound.tighter(reading.facts.upper, bound) { $0 < $1 }
            case "multipleOf": reading.facts.multiples = [try divisor(member)]
            case "minLength": reading.facts.length.minimum = try count(member)
            case "maxLength": reading.facts.length.maximum = try count(member)
            case "pattern":
                reading.facts.patterns = [SchemaFacts.Pattern(text: try string(member), path: place(keyword))]
            case "format": reading.facts.formats = [try format(member)]
            case "x-plain": reading.facts.isPlain = try bool(member)
            case "minItems": reading.facts.itemCount.minimum = try count(member)
            case "maxItems": reading.facts.itemCount.maximum = try count(member)
            case "uniqueItems":
                guard try !bool(member) else { throw fault(.unsupported, "cannot be held to here", at: keyword) }
            case "prefixItems":
                items = items ?? SchemaFacts.Items()
                items?.prefix = try schemas(member, atMost: SchemaLimits.prefixItems, &places)
            case "items":
                if case .array = member.value {
                    throw fault(.unsupported, "an array, which since 2020-12 is prefixItems", at: keyword)
                }
                items = items ?? SchemaFacts.Items()
                items?.rest = places.place(member.value, path: place(keyword))
            case "properties":
                properties = properties ?? SchemaFacts.Properties()
                try declare(member, in: &properties, &places)
            case "additionalProperties":
                properties = properties ?? SchemaFacts.Properties()
                properties?.additional = places.place(member.value, path: place(keyword))
            case "required": reading.facts.required = try required(member)
            case "minProperties": reading.facts.propertyCount.minimum = try count(member)
            case "maxProperties": reading.facts.propertyCount.maximum = try count(member)
            case "$ref":
                reading.conjuncts.append(try places.place(reference: try string(member), at: place(keyword)))
            case "allOf": reading.conjuncts += try schemas(member, atMost: SchemaLimits.combinations, &places)
            case "anyOf", "oneOf":
                let alternatives = try schemas(member, atMost: SchemaLimits.combinations, &places)
                reading.groups.append(
                    Group(alternatives: alternatives, isExclusive: keyword == "oneOf", path: place(keyword)))
            case "$id" where path == "#": break
            default:
                guard Self.annotations.contains(keyword) else {
                    throw fault(.unsupported, "cannot be held to here", at: keyword)
                }
            }
        }
        if let items { reading.facts.items = [items] }
        if let properties { reading.facts.properties = [properties] }
        try check(reading.facts.length, "minLength", "maxLength")
        try check(reading.facts.itemCount, "minItems", "maxItems")
        try check(reading.facts.propertyCount, "minProperties", "maxProperties")
        if let lower = reading.facts.lower, let upper = reading.facts.upper, lower.isAbove(upper) {
            throw fault(.invalid, "the lower bound is above the upper one")
        }
        return reading
    }

    private func check(_ counts: SchemaFacts.Counts, _ lower: String, _ upper: String) throws(SchemaError) {
        guard !counts.isEmpty else {
            throw fault(.invalid, "\(lower) \(counts.minimum) is above \(upper) \(counts.maximum ?? 0)")
        }
    }

    private func place(_ keyword: String) -> String { path + "/" + JSONPointer.token(keyword) }

    private func fault(_ code: SchemaError.Code, _ detail: String, at keyword: String? = nil) -> SchemaError {
        SchemaError(code: code, path: keyword.map(place) ?? path, detail: detail)
    }
}

extension SchemaReader {
    private func types(_ value: JSONValue) throws(SchemaError) -> SchemaFacts.Types {
        let names: [JSONValue]
        if case .array(let several) = value { names = several } else { names = [value] }
        var types: SchemaFacts.Types = []
        for name in names {
            guard case .string(let text) = name else { throw fault(.invalid, "expected names of types", at: "type") }
            guard let type = Self.typeNames[text] else { throw fault(.invalid, "unknown type \"\(text)\"", at: "type") }
            types.formUnion(type)
        }
        guard !types.isEmpty else { throw fault(.invalid, "no types", at: "type") }
        return types
    }

    private static let typeNames: [String: SchemaFacts.Types] = [
        "null": .null, "boolean": .boolean, "integer": .integer, "number": .number, "string": .string, "array": .array,
        "object": .object,
    ]

    private func restrict(
        _ facts: inout SchemaFacts, to values: [JSONValue], _ keyword: String
    ) throws(SchemaError) {
        guard !values.isEmpty else { throw fault(.invalid, "no values", at: keyword) }
        try limit(values.count, SchemaLimits.alternatives, "values", keyword)
        var restriction = SchemaFacts()
        restriction.literals = SchemaFacts.Literals(values)
        facts = facts.merged(restriction)
        guard facts.literals?.values.isEmpty == false else { throw fault(.invalid, "const is not among enum") }
    }

    private func declare(
        _ member: JSONValue.Member, in properties: inout SchemaFacts.Properties?, _ places: inout SchemaPlaces
    ) throws(SchemaError) {
        guard case .object(let declared) = member.value else {
            throw fault(.invalid, "expected an object", at: member.key)
        }
        try limit(declared.count, SchemaLimits.properties, "properties", member.key)
        properties?.keys = declared.map { Array($0.key.utf8) }
        for property in declared {
            let path = place(member.key) + "/" + JSONPointer.token(property.key)
            properties?.declared[Array(property.key.utf8)] = places.place(property.value, path: path)
        }
    }

    private func required(_ member: JSONValue.Member) throws(SchemaError) -> [[UInt8]] {
        let items = try array(member)
        try limit(items.count, SchemaLimits.properties, "required properties", member.key)
        var keys: [[UInt8]] = []
        for item in items {
            guard case .string(let key) = item else { throw fault(.invalid, "expected strings", at: member.key) }
            if !keys.contains(Array(key.utf8)) { keys.append(Array(key.utf8)) }
        }
        return keys
    }

    private func schemas(
        _ member: JSONValue.Member, atMost most: Int, _ places: inout SchemaPlaces
    ) throws(SchemaError) -> [SchemaPlaces.Place] {
        let values = try array(member)
        guard !values.isEmpty else { throw fault(.invalid, "no schemas", at: member.key) }
        try limit(values.count, most, "schemas", member.key)
        return values.enumerated().map { places.place($1, path: "\(place(member.key))/\($0)") }
    }

    private func format(_ member: JSONValue.Member) throws(SchemaError) -> StringFormat {
        let name = try string(member)
        guard let format = StringFormat(rawValue: name) else {
            let known = StringFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(.unsupported, "\"\(name)\" cannot be held to here, only \(known)", at: member.key)
        }
        return format
    }

    private func array(_ member: JSONValue.Member) throws(SchemaError) -> [JSONValue] {
        guard case .array(let items) = member.value else { throw fault(.invalid, "expected an array", at: member.key) }
        return items
    }

    private func string(_ member: JSONValue.Member) throws(SchemaError) -> String {
        guard case .string(let text) = member.value else { throw fault(.invalid, "expected a string", at: member.key) }
        return text
    }

    private func bool(_ member: JSONValue.Member) throws(SchemaError) -> Bool {
        guard case .bool(let flag) = member.value else {
            throw fault(.invalid, "expected true or false", at: member.key)
        }
        return flag
    }

    private func decimal(_ member: JSONValue.Member) throws(SchemaError) -> ExactDecimal {
        guard case .number(let text) = member.value else { throw fault(.invalid, "expected a number", at: member.key) }
        return ExactDecimal(text)
    }

    private func divisor(_ member: JSONValue.Member) throws(SchemaError) -> ExactDecimal {
        let step = try decimal(member)
        guard !step.isZero, !step.isNegative else { throw fault(.invalid, "expected more than 0", at: member.key) }
        guard step.integerStep != nil else { throw fault(.unsupported, "more than 18 digits", at: member.key) }
        return step
    }

    private func count(_ member: JSONValue.Member) throws(SchemaError) -> Int {
        let value = try decimal(member)
        guard value.isInteger, !value.isNegative else {
            throw fault(.invalid, "expected an integer from 0", at: member.key)
        }
        return Int(value.units(decimals: 0, .down, limit: Int128(Int32.max)))
    }

    private func limit(_ count: Int, _ most: Int, _ what: String, _ keyword: String) throws(SchemaError) {
        guard count <= most else { throw fault(.tooLarge, "more than \(most) \(what)", at: keyword) }
    }
}
