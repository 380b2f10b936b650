import Foundation

@testable import ConstrainedDecoding

/// A plain JSON Schema validator, keyword by keyword from the specification's text.
///
/// It shares nothing with the module but ``JSONValue``: schemas are read as they are written, numbers are Foundation's,
/// patterns are ``ECMAPattern``'s. Formats are asserted.
final class PlainValidator {
    private let root: JSONValue
    private var patterns: [String: ECMAPattern] = [:]

    init(schema: String) throws { root = try JSONValue(parsing: schema.utf8, limits: JSONLimits(depth: 128)) }

    /// Why a document does not fit the schema, nil when it does.
    func problem(_ document: [UInt8]) -> String? {
        do {
            let value = try JSONValue(parsing: document, limits: JSONLimits(depth: 128, sizeBytes: 1 << 24))
            _ = try JSONSerialization.jsonObject(with: Data(document), options: .fragmentsAllowed)
            return try problem(value, root, "#")
        } catch {
            return "\(error)"
        }
    }

    private func problem(_ value: JSONValue, _ schema: JSONValue, _ path: String) throws -> String? {
        guard case .object(let keywords) = schema else { return schema == .bool(true) ? nil : "\(path): nothing fits" }
        for keyword in keywords {
            guard try holds(keyword, value, schema, path) else {
                return
                    "\(path): \(keyword.key) does not hold for \(String(decoding: value.compactBytes, as: UTF8.self))"
            }
        }
        return nil
    }

    private func fits(_ value: JSONValue, _ schema: JSONValue) throws -> Bool { try problem(value, schema, "") == nil }

    private func holds(
        _ keyword: JSONValue.Member, _ value: JSONValue, _ schema: JSONValue, _ path: String
    ) throws -> Bool {
        let argument = keyword.value
        switch keyword.key {
        case "type":
            let names = argument.items ?? [argument]
            return names.contains { isOfType(value, $0) }
        case "const": return same(value, argument)
        case "enum": return argument.items?.contains { same(value, $0) } ?? false
        case "allOf": return try argument.items?.allSatisfy { try fits(value, $0) } ?? false
        case "anyOf": return try argument.items?.contains { try fits(value, $0) } ?? false
        case "oneOf": return try argument.items?.filter { try fits(value, $0) }.count == 1
        case "$ref": return try problem(value, referenced(argument), path) == nil
        default: break
        }
        switch value {
        case .string(let text): return try holds(keyword.key, argument, text: text)
        case .number(let text): return holds(keyword.key, argument, number: try decimal(text))
        case .array(let items): return try holds(keyword.key, argument, items: items, schema)
        case .object(let members): return try holds(keyword.key, argument, members: members, schema)
        case .null, .bool: return true
        }
    }

    private func holds(_ keyword: String, _ argument: JSONValue, text: String) throws -> Bool {
        let length = text.unicodeScalars.count
        switch keyword {
        case "minLength": return length >= argument.integer
        case "maxLength": return length <= argument.integer
        case "pattern":
            let pattern = argument.text
            let compiled = try patterns[pattern] ?? ECMAPattern(pattern)
            patterns[pattern] = compiled
            return compiled.isFound(in: text)
        case "format": return isFormatted(text, argument.text)
        case "x-plain": return !text.unicodeScalars.contains { $0 == "\"" || $0 == "\\" || $0.value < 0x20 }
        default: return true
        }
    }

    private func holds(_ keyword: String, _ argument: JSONValue, number: Decimal) -> Bool {
        guard case .number(let text) = argument, let bound = try? decimal(text) else { return true }
        switch keyword {
        case "minimum": return number >= bound
        case "maximum": return number <= bound
        case "exclusiveMinimum": return number > bound
        case "exclusiveMaximum": return number < bound
        case "multipleOf": return whole(number / bound) * bound == number
        default: return true
        }
    }

    private func holds(
        _ keyword: String, _ argument: JSONValue, items: [JSONValue], _ schema: JSONValue
    ) throws -> Bool {
        let prefix = schema.member("prefixItems")?.items ?? []
        switch keyword {
        case "minItems": return items.count >= argument.integer
        case "maxItems": return items.count <= argument.integer
        case "prefixItems": return try zip(items, prefix).allSatisfy { try fits($0, $1) }
        case "items": return try items.dropFirst(prefix.count).allSatisfy { try fits($0, argument) }
        default: return true
        }
    }

    private func holds(
        _ keyword: String, _ argument: JSONValue, members: [JSONValue.Member], _ schema: JSONValue
    ) throws -> Bool {
        let declared = schema.member("properties")?.members ?? []
        switch keyword {
        case "minProperties": return members.count >= argument.integer
        case "maxProperties": return members.count <= argument.integer
        case "required":
            return argument.items?.allSatisfy { key in members.contains { bytes($0.key) == bytes(key.text) } } ?? false
        case "properties":
            return try members.allSatisfy { member in
                guard let schema = declared.first(where: { bytes($0.key) == bytes(member.key) }) else { return true }
                return try fits(member.value, schema.value)
            }
        case "additionalProperties":
            return try members.allSatisfy { member in
                try declared.contains { bytes($0.key) == bytes(member.key) } || fits(member.value, argument)
            }
        default: return true
        }
    }

    private func isOfType(_ value: JSONValue, _ name: JSONValue) -> Bool {
        switch (value, name.text) {
        case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
            (.object, "object"):
            return true
        case (.number(let text), "integer"): return (try? decimal(text)).map { whole($0) == $0 } ?? false
        default: return false
        }
    }

    private func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): return (try? decimal(left)) == (try? decimal(right))
        case (.string(let left), .string(let right)): return bytes(left) == bytes(right)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(same)
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { member in
                    right.contains { bytes($0.key) == bytes(member.key) && same($0.value, member.value) }
                }
        default: return left == right
        }
    }

    private func referenced(_ reference: JSONValue) throws -> JSONValue {
        var value = root
        for token in (reference.text.removingPercentEncoding ?? "").split(separator: "/").dropFirst() {
            let key = token.replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = value.member(String(key)) ?? Int(key).flatMap({ value.items?[$0] }) else {
                throw ValidatorError(description: "\(reference.text) leads nowhere")
            }
            value = next
        }
        return value
    }

    private func decimal(_ text: String) throws -> Decimal {
        guard let number = Decimal(string: text) else { throw ValidatorError(description: "\(text) is no number") }
        return number
    }

    private func whole(_ number: Decimal) -> Decimal {
        var (number, rounded) = (number, Decimal())
        NSDecimalRound(&rounded, &number, 0, .plain)
        return rounded
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

struct ValidatorError: Error, CustomStringConvertible {
    let description: String
}

extension PlainValidator {
    private func isFormatted(_ text: String, _ format: String) -> Bool {
        switch format {
        case "date": return isDate(text)
        case "time": return isTime(text)
        case "date-time":
            let parts = text.split(separator: "T", omittingEmptySubsequences: false)
            return parts.count == 2 && isDate(String(parts[0])) && isTime(String(parts[1]))
        case "uuid":
            let groups = text.split(separator: "-", omittingEmptySubsequences: false)
            return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy { $0.isASCII && $0.isHexDigit }
        default: return false
        }
    }

    private func number(_ text: Substring, digits: Int) -> Int? {
        text.utf8.count == digits && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = number(parts[0], digits: 4), let month = number(parts[1], digits: 2),
            let day = number(parts[2], digits: 2), year > 0, (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return (1...[31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]).contains(day)
    }

    private func isTime(_ text: String) -> Bool {
        var rest = text[...]
        func clock(_ last: [Int]) -> Bool {
            for (index, limit) in last.enumerated() {
                if index > 0, rest.popFirst() != ":" { return false }
                guard let value = number(rest.prefix(2), digits: 2), value <= limit else { return false }
                rest = rest.dropFirst(2)
            }
            return true
        }
        guard clock([23, 59, 59]) else { return false }
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(digits.count) else { return false }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let sign = rest.popFirst() else { return false }
        return sign == "Z" ? rest.isEmpty : (sign == "+" || sign == "-") && clock([23, 59]) && rest.isEmpty
    }
}

extension JSONValue {
    fileprivate var items: [JSONValue]? {
        if case .array(let items) = self { return items }
        return nil
    }
    fileprivate var members: [Member]? {
        if case .object(let members) = self { return members }
        return nil
    }
    fileprivate func member(_ key: String) -> JSONValue? {
        members?.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
    fileprivate var text: String {
        if case .string(let text) = self { return text }
        return ""
    }
    fileprivate var integer: Int {
        if case .number(let text) = self { return Int(text) ?? 0 }
        return 0
    }
}
