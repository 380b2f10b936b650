/// Reads one schema object of a JSON Schema document, and those inside it.
struct SchemaReader {
    private let members: [JSONValue.Member]
    private let path: String
    private let depth: Int

    private static let annotations: Set<String> = [
        "$schema", "$id", "$comment", "title", "description", "default", "examples",
    ]

    init(_ value: JSONValue, path: String, depth: Int) throws(SchemaError) {
        guard case .object(let members) = value else {
            throw SchemaError(code: .unsupported, path: path, detail: "a \(value.typeName), expected a schema object")
        }
        guard depth <= SchemaLimits.depth else {
            throw SchemaError(code: .tooLarge, path: path, detail: "nested deeper than \(SchemaLimits.depth)")
        }
        self.members = members
        self.path = path
        self.depth = depth
    }

    func node() throws(SchemaError) -> JSONSchema.Node {
        if let values = try literals() { return .literals(values) }
        guard let type = try type() else {
            throw fault(.unsupported, "no type, enum or const: any value would fit")
        }
        switch type {
        case "object":
            try allow("properties", "required", "additionalProperties")
            return .object(try properties())
        case "array":
            try allow("items", "minItems", "maxItems")
            guard let items = self["items"] else { throw fault(.unsupported, "an array without items") }
            let element = try SchemaReader(items, path: path + "/items", depth: depth + 1).node()
            return .array(items: element, count: try range("minItems", "maxItems", within: 0...SchemaLimits.items))
        case "string":
            try allow("minLength", "maxLength", "x-plain")
            let length = try range("minLength", "maxLength", within: 0...SchemaLimits.stringLength)
            return .string(length: length, isPlain: try bool("x-plain") ?? false)
        case "integer":
            try allow("minimum", "maximum")
            let widest = -SchemaLimits.integer...SchemaLimits.integer
            return .integer(try range("minimum", "maximum", within: widest))
        case "number":
            try allow()
            return .number
        case "boolean":
            try allow()
            return .literals([.bool(true), .bool(false)])
        case "null":
            try allow()
            return .literals([.null])
        default: throw fault(.invalid, "unknown type \"\(type)\"", at: "type")
        }
    }

    private func literals() throws(SchemaError) -> [JSONValue]? {
        let values: [JSONValue]
        let keyword: String
        switch (self["enum"], self["const"]) {
        case (nil, nil): return nil
        case (nil, let value?): (values, keyword) = ([value], "const")
        case (.array(let alternatives), nil): (values, keyword) = (alternatives, "enum")
        case (_?, nil): throw fault(.invalid, "expected an array", at: "enum")
        case (_?, _?): throw fault(.unsupported, "both enum and const")
        }
        try allow(keyword)
        guard !values.isEmpty else { throw fault(.invalid, "no values", at: keyword) }
        if let type = try type() {
            for value in values where !Self.fits(value, type: type) {
                throw fault(.invalid, "a \(value.typeName) among the values, type says \(type)", at: keyword)
            }
        }
        return values
    }

    private static func fits(_ value: JSONValue, type: String) -> Bool {
        guard type == "integer", case .number(let text) = value else { return value.typeName == type }
        return Int(text) != nil
    }

    private func properties() throws(SchemaError) -> [JSONSchema.Property] {
        _ = try bool("additionalProperties")
        let declared: [JSONValue.Member]
        switch self["properties"] {
        case nil: declared = []
        case .object(let members)?: declared = members
        case _?: throw fault(.invalid, "expected an object", at: "properties")
        }
        let required = try requiredKeys()
        let declaredKeys = Set(declared.map { Array($0.key.utf8) })
        for key in required where !declaredKeys.contains(Array(key.utf8)) {
            throw fault(.unsupported, "\"\(key)\" is not among the properties", at: "required")
        }
        let requiredKeys = Set(required.map { Array($0.utf8) })
        var result: [JSONSchema.Property] = []
        for member in declared {
            guard requiredKeys.contains(Array(member.key.utf8)) else {
                throw fault(.unsupported, "optional property \"\(member.key)\": every property must be required")
            }
            let place = SchemaError.path(toProperty: member.key, in: path)
            let value = try SchemaReader(member.value, path: place, depth: depth + 1).node()
            result.append(JSONSchema.Property(key: member.key, value: value))
        }
        return result
    }

    private func requiredKeys() throws(SchemaError) -> [String] {
        guard let value = self["required"] else { return [] }
        guard case .array(let items) = value else { throw fault(.invalid, "expected an array", at: "required") }
        var keys: [String] = []
        for item in items {
            guard case .string(let key) = item else { throw fault(.invalid, "expected strings", at: "required") }
            keys.append(key)
        }
        return keys
    }

    private subscript(keyword: String) -> JSONValue? {
        members.first { $0.key == keyword }?.value
    }

    private func allow(_ keywords: String...) throws(SchemaError) {
        for member in members where member.key != "type" && !keywords.contains(member.key) {
            guard Self.annotations.contains(member.key) else {
                throw fault(.unsupported, "keyword \"\(member.key)\" cannot be held to here")
            }
        }
    }

    private func type() throws(SchemaError) -> String? {
        guard let value = self["type"] else { return nil }
        guard case .string(let type) = value else { throw fault(.unsupported, "expected one type's name", at: "type") }
        return type
    }

    private func bool(_ keyword: String) throws(SchemaError) -> Bool? {
        guard let value = self[keyword] else { return nil }
        guard case .bool(let flag) = value else { throw fault(.unsupported, "expected true or false", at: keyword) }
        return flag
    }

    private func range(
        _ lower: String, _ upper: String, within limits: ClosedRange<Int>
    ) throws(SchemaError) -> ClosedRange<Int> {
        let low = try integer(lower, within: limits) ?? limits.lowerBound
        let high = try integer(upper, within: limits) ?? limits.upperBound
        guard low <= high else { throw fault(.invalid, "\(lower) \(low) is above \(upper) \(high)") }
        return low...high
    }

    private func integer(_ keyword: String, within limits: ClosedRange<Int>) throws(SchemaError) -> Int? {
        guard let value = self[keyword] else { return nil }
        guard case .number(let text) = value, let number = Int(text) else {
            throw fault(.invalid, "expected an integer", at: keyword)
        }
        guard limits.contains(number) else {
            throw fault(.tooLarge, "\(number) is outside \(limits.lowerBound)...\(limits.upperBound)", at: keyword)
        }
        return number
    }

    private func fault(_ code: SchemaError.Code, _ detail: String, at keyword: String? = nil) -> SchemaError {
        SchemaError(code: code, path: keyword.map { "\(path)/\($0)" } ?? path, detail: detail)
    }
}
