import ConstrainedDecoding

/// What is wrong with the body of an API request, and where.
struct RequestBodyError: Error, Hashable, CustomStringConvertible {
    /// The path of members, such as `response_format.type`; empty for the whole body.
    let place: String
    let expected: String

    var description: String { place.isEmpty ? "the body: \(expected)" : "\(place): \(expected)" }
}

/// A JSON object that is read member by member and refuses what nobody read, since ignoring a wish would break it.
///
/// Keeps the order of members, unlike `Decodable`. Read every member that is known, then call ``finish()``. A member
/// that is null counts as left out.
struct RequestFields {
    private let place: String
    private let members: [JSONValue.Member]
    private var known: [String] = []

    /// - Throws: ``RequestBodyError`` when the body is no JSON object.
    init(body: some Sequence<UInt8>, limits: JSONLimits) throws(RequestBodyError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body, limits: limits)
        } catch {
            throw RequestBodyError(place: "", expected: "expected JSON: \(error)")
        }
        try self.init(value, place: "")
    }

    private init(_ value: JSONValue, place: String) throws(RequestBodyError) {
        guard case .object(let members) = value else {
            throw RequestBodyError(place: place, expected: "expected an object")
        }
        self.members = members
        self.place = place
    }

    mutating func value(_ name: String) -> JSONValue? {
        known.append(name)
        let value = members.first { $0.key == name }?.value
        return value == .null ? nil : value
    }

    /// The error to throw for a member whose value is wrong.
    func error(_ name: String, expected: String) -> RequestBodyError {
        RequestBodyError(place: path(name), expected: "expected \(expected)")
    }

    private func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

    mutating func string(_ name: String) throws(RequestBodyError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw error(name, expected: "a string") }
        return text
    }

    mutating func flag(_ name: String) throws(RequestBodyError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else { throw error(name, expected: "true or false") }
        return flag
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestBodyError) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value, let number = Int(text), range.contains(number) else {
            throw error(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) throws(RequestBodyError) -> Double? {
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value, let number = Double(text), range.contains(number) else {
            throw error(name, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func array(_ name: String) throws(RequestBodyError) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard case .array(let items) = value else { throw error(name, expected: "an array") }
        return items
    }

    mutating func object(_ name: String) throws(RequestBodyError) -> RequestFields? {
        try value(name).map { value throws(RequestBodyError) in try RequestFields(value, place: path(name)) }
    }

    mutating func objects(_ name: String) throws(RequestBodyError) -> [RequestFields]? {
        guard let items = try array(name) else { return nil }
        var objects: [RequestFields] = []
        for (index, item) in items.enumerated() {
            objects.append(try RequestFields(item, place: "\(path(name))[\(index)]"))
        }
        return objects
    }

    /// - Throws: ``RequestBodyError`` naming the first member that no one read and the members that exist.
    func finish() throws(RequestBodyError) {
        for member in members where !known.contains(member.key) {
            throw RequestBodyError(
                place: path(member.key), expected: "not known here, expected one of \(known.joined(separator: ", "))")
        }
    }
}
