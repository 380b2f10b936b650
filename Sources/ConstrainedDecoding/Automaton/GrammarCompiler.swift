/// Turns a schema's tree into the flat rules of a ``Grammar``, within ``SchemaLimits``.
struct GrammarCompiler {
    private(set) var rules: [Rule] = []
    private(set) var parts: [SequencePart] = []
    private(set) var text: [UInt8] = []
    private(set) var literals = LiteralTries()
    private(set) var usedBytes: Set<UInt8> = []
    private var literalBytes = 0

    /// Adds a node's rule and those inside it, and gives its index.
    mutating func compile(_ node: JSONSchema.Node, path: String, depth: Int) throws(SchemaError) -> Int {
        try check(depth, atMost: SchemaLimits.depth, "schemas inside each other", path)
        try check(rules.count + 1, atMost: SchemaLimits.nodes, "schemas", path)
        switch node {
        case .object(let properties): return try compileObject(properties, path: path, depth: depth)
        case .array(let items, let count):
            try check(count, within: 0...SchemaLimits.items, "element counts", path)
            usedBytes.formUnion("[],".utf8)
            let item = try compile(items, path: path + "/items", depth: depth + 1)
            return add(.repeated(item: item, count: count))
        case .string(let length, let isPlain):
            try check(length, within: 0...SchemaLimits.stringLength, "lengths", path)
            usedBytes.formUnion(0x20...0x7F)
            usedBytes.formUnion(0x80...0xBF)
            usedBytes.formUnion(0xC2...0xF4)
            return add(.string(length: length, isPlain: isPlain))
        case .literals(let values): return try compileLiterals(values, path: path)
        case .integer(let range):
            try check(range, within: -SchemaLimits.integer...SchemaLimits.integer, "integers", path)
            usedBytes.formUnion("-0123456789".utf8)
            return add(.integer(range))
        case .number:
            usedBytes.formUnion("-.0123456789".utf8)
            return add(.number)
        }
    }

    private mutating func compileObject(
        _ properties: [JSONSchema.Property], path: String, depth: Int
    ) throws(SchemaError) -> Int {
        try check(properties.count, atMost: SchemaLimits.properties, "properties", path)
        guard Set(properties.map { Array($0.key.utf8) }).count == properties.count else {
            throw SchemaError(code: .invalid, path: path, detail: "the same property twice")
        }
        // A sequence's parts lie side by side in the pool, so its values, which add parts of their own, come first.
        var values: [Int] = []
        for property in properties {
            let place = SchemaError.path(toProperty: property.key, in: path)
            values.append(try compile(property.value, path: place, depth: depth + 1))
        }
        let first = parts.count
        var separator = "{"
        for (property, value) in zip(properties, values) {
            let key = Array(separator.utf8) + JSONText.quoted(property.key) + Array(":".utf8)
            parts.append(.bytes(try addText(key, path)))
            parts.append(.rule(value))
            separator = ","
        }
        let end = properties.isEmpty ? "{}" : "}"
        parts.append(.bytes(try addText(Array(end.utf8), path)))
        return add(.sequence(parts: first..<parts.count))
    }

    private mutating func compileLiterals(_ values: [JSONValue], path: String) throws(SchemaError) -> Int {
        guard !values.isEmpty else { throw SchemaError(code: .invalid, path: path, detail: "no values") }
        try check(values.count, atMost: SchemaLimits.alternatives, "alternatives", path)
        var texts: [[UInt8]] = []
        for value in values {
            let bytes = value.compactBytes
            try countLiteral(bytes, path)
            texts.append(bytes)
        }
        return add(.literals(root: literals.add(texts)))
    }

    private mutating func add(_ rule: Rule) -> Int {
        rules.append(rule)
        return rules.count - 1
    }

    private mutating func addText(_ bytes: [UInt8], _ path: String) throws(SchemaError) -> Range<Int> {
        try countLiteral(bytes, path)
        text += bytes
        return (text.count - bytes.count)..<text.count
    }

    private mutating func countLiteral(_ bytes: [UInt8], _ path: String) throws(SchemaError) {
        literalBytes += bytes.count
        try check(literalBytes, atMost: SchemaLimits.literalBytes, "bytes of keys and values", path)
        usedBytes.formUnion(bytes)
    }

    private func check(_ count: Int, atMost limit: Int, _ what: String, _ path: String) throws(SchemaError) {
        guard count <= limit else {
            throw SchemaError(code: .tooLarge, path: path, detail: "more than \(limit) \(what)")
        }
    }

    private func check(
        _ range: ClosedRange<Int>, within limits: ClosedRange<Int>, _ what: String, _ path: String
    ) throws(SchemaError) {
        guard limits.contains(range.lowerBound) && limits.contains(range.upperBound) else {
            let allowed = "\(limits.lowerBound)...\(limits.upperBound)"
            throw SchemaError(code: .tooLarge, path: path, detail: "\(what) \(range) are outside \(allowed)")
        }
    }
}
