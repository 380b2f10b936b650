import Foundation

/// What a profile's format found in a payload, field by field.
struct PayloadFields: Sendable, Hashable {
    private let values: [PayloadField: JSONValue]
    /// True where every value is text, so that digits may stand for a number.
    let isUntyped: Bool
    /// What the place in the payload itself says about the fault, such as the pattern of a line.
    let active: Bool?

    struct Failure: Error, Hashable { let reason: String }

    init(_ payload: Data, of profile: PayloadProfile) throws(Failure) {
        switch profile.format {
        case .json(let pointers):
            values = try PayloadFields.json(payload, pointers)
            isUntyped = false
            active = nil
        case .text(let patterns):
            let text = String(decoding: payload, as: UTF8.self)
            let found = patterns.lazy.compactMap { pattern in pattern.match(text).map { ($0, pattern.active) } }.first
            guard let found else {
                let expected = patterns.map(\.description).joined(separator: "\" or \"")
                throw Failure(reason: "expected text like \"\(expected)\"")
            }
            values = found.0.mapValues { .string($0) }
            isUntyped = true
            active = found.1
        case .csv(let layout):
            do {
                values = try layout.fields(in: String(decoding: payload, as: UTF8.self)).mapValues { .string($0) }
            } catch {
                throw Failure(reason: error.reason)
            }
            isUntyped = true
            active = nil
        }
    }

    private static func json(
        _ payload: Data, _ pointers: [PayloadField: JSONPointer]
    ) throws(Failure) -> [PayloadField: JSONValue] {
        let root: JSONValue
        do {
            root = try JSONReader.read(payload)
        } catch {
            throw Failure(reason: "expected JSON: \(error)")
        }
        switch root {
        case .object, .array: return pointers.compactMapValues { root.value(at: $0) }
        default: throw Failure(reason: "expected a JSON object or list, got \(root.kind)")
        }
    }

    /// - Returns: nil for what is missing, `null`, or empty where there are no types.
    subscript(field: PayloadField) -> JSONValue? {
        guard let value = values[field], !(isUntyped && value == .string("")) else { return nil }
        return value
    }
}
