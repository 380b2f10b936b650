import ConstrainedDecoding

/// The fields of a record that must be words of the document: those whose schema says `x-verbatim`.
struct VerbatimFields: Sendable, Equatable {
    /// A record, and the JSON pointers of the fields that were not words of the document; these are null in it.
    struct Checked: Equatable {
        var record: JSONValue
        var flagged: [String] = []
    }

    private let schema: JSONValue
    /// Whether the schema has none.
    let isEmpty: Bool

    /// Places that one value is looked up in at most: references and alternatives lead from one to others.
    private static let placesLimit = 256

    /// - Throws: ``ExtractionTaskError`` for a field that could not be null, which it is where it is not verbatim.
    init(schema: JSONValue) throws(ExtractionTaskError) {
        self.schema = schema
        isEmpty = try Self.count(schema, at: "schema#") == 0
    }

    private static func count(_ schema: JSONValue, at path: String) throws(ExtractionTaskError) -> Int {
        var count = 0
        switch schema.member("x-verbatim") {
        case nil, .bool(false)?: break
        case .bool(true)?:
            let types = schema.member("type")?.items ?? []
            guard types.count == 2, types.contains(.string("string")), types.contains(.string("null")) else {
                throw ExtractionTaskError(
                    place: path,
                    expected:
                        "expected \"type\":[\"string\",\"null\"] beside x-verbatim: what is not verbatim becomes null")
            }
            count = 1
        default: throw ExtractionTaskError(place: path + "/x-verbatim", expected: "expected true or false")
        }
        for (place, part) in schema.subschemas { count += try Self.count(part, at: path + place) }
        return count
    }

    /// Sets each verbatim field to null that does not occur in the document, white space aside.
    func checked(_ record: JSONValue, against document: String) -> Checked {
        var checked = Checked(record: .null)
        let words = Self.folded(document)
        checked.record = check(record, [schema], "", words, &checked.flagged)
        return checked
    }

    private func check(
        _ value: JSONValue, _ schemas: [JSONValue], _ path: String, _ words: String, _ flagged: inout [String]
    ) -> JSONValue {
        let places = applying(schemas)
        switch value {
        case .string(let text):
            guard places.contains(where: { $0.member("x-verbatim") == .bool(true) }) else { return value }
            guard !Self.occurs(Self.folded(text), in: words) else { return value }
            flagged.append(path)
            return .null
        case .array(let items):
            return .array(
                items.enumerated().map { index, item in
                    check(item, places.compactMap { $0.schema(ofItem: index) }, "\(path)/\(index)", words, &flagged)
                })
        case .object(let members):
            return .object(
                members.map { member in
                    let place = path + "/" + JSONPointer.token(member.key)
                    let own = places.compactMap { $0.schema(ofProperty: member.key) }
                    return JSONValue.Member(key: member.key, value: check(member.value, own, place, words, &flagged))
                })
        case .null, .bool, .number: return value
        }
    }

    /// Some schemas, and those that apply to the same value because of them.
    private func applying(_ schemas: [JSONValue]) -> [JSONValue] {
        var places = schemas
        var next = 0
        while next < places.count, places.count < Self.placesLimit {
            let place = places[next]
            next += 1
            if case .string(let reference)? = place.member("$ref"),
                let target = JSONPointer(fragment: reference)?.value(in: schema), !places.contains(target)
            {
                places.append(target)
            }
            for keyword in ["allOf", "anyOf", "oneOf"] { places += place.member(keyword)?.items ?? [] }
        }
        return places
    }

    /// With each run of white space as one space: lines are broken differently in a record.
    private static func folded(_ text: String) -> String {
        text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }.joined(separator: " ")
    }

    /// By bytes: what looks alike in another normal form is not word for word. Blanks are no words.
    private static func occurs(_ text: String, in document: String) -> Bool {
        !text.isEmpty && Array(document.utf8).contains(Array(text.utf8))
    }
}

extension JSONValue {
    fileprivate var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    fileprivate var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    fileprivate func member(_ key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    fileprivate func schema(ofProperty key: String) -> JSONValue? {
        member("properties")?.member(key) ?? member("additionalProperties")
    }

    fileprivate func schema(ofItem index: Int) -> JSONValue? {
        let prefix = member("prefixItems")?.items ?? []
        return index < prefix.count ? prefix[index] : member("items")
    }

    /// The schemas inside a schema, with where they stand.
    fileprivate var subschemas: [(place: String, schema: JSONValue)] {
        members.flatMap { member -> [(String, JSONValue)] in
            let place = "/" + JSONPointer.token(member.key)
            return switch member.key {
            case "properties", "$defs", "definitions":
                member.value.members.map { ("\(place)/\(JSONPointer.token($0.key))", $0.value) }
            case "prefixItems", "allOf", "anyOf", "oneOf":
                member.value.items.enumerated().map { ("\(place)/\($0)", $1) }
            case "items", "additionalProperties": [(place, member.value)]
            default: []
            }
        }
    }
}
