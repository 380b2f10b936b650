@testable import ConstrainedDecoding

/// Decides by plain backtracking whether bytes begin a document of a schema.
///
/// Written from the schema's meaning, with nothing of the automaton in it: each part gives every place where it can
/// end, and whether the text ran out while it could still go on. Knows the keywords that the tests give it: no
/// properties that are not named, no patterns, no bounds of numbers.
struct SlowRecogniser {
    let text: [UInt8]
    let root: JSONValue

    struct Outcome {
        var ends: Set<Int> = []
        var ranOut = false
    }

    static func begins(_ text: [UInt8], _ schema: JSONValue) -> Bool {
        let outcome = SlowRecogniser(text: text, root: schema).match(schema, 0)
        return outcome.ranOut || outcome.ends.contains(text.count)
    }

    static func isWhole(_ text: [UInt8], _ schema: JSONValue) -> Bool {
        SlowRecogniser(text: text, root: schema).match(schema, 0).ends.contains(text.count)
    }

    private func match(_ schema: JSONValue, _ start: Int) -> Outcome {
        if schema["$ref"] != nil { return match(root, start) }
        if case .array(let alternatives)? = schema["anyOf"] { return anyOf(alternatives.map { match($0, start) }) }
        if let value = schema["const"] { return bytes(value.compactBytes, start) }
        if case .array(let values)? = schema["enum"] { return anyOf(values.map { bytes($0.compactBytes, start) }) }
        switch schema["type"] {
        case .string("object"):
            let open = bytes([UInt8(ascii: "{")], start)
            return then(open) { properties(schema, from: 0, isFirst: true, $0) }
        case .string("array"):
            return array(schema, schema.count("minItems") ?? 0, schema.count("maxItems") ?? SchemaLimits.items, start)
        case .string("string"):
            let length = (schema.count("minLength") ?? 0)...(schema.count("maxLength") ?? SchemaLimits.stringLength)
            return string(length, schema["x-plain"] == .bool(true), start)
        case .string("integer"):
            let range = (schema.count("minimum") ?? -1)...(schema.count("maximum") ?? -1)
            let step = schema.count("multipleOf") ?? 1
            return number(start) { digits, isOpen in Self.integer(digits, isOpen, range, step) }
        case .string("number"): return number(start, Self.decimal)
        case .string("boolean"): return anyOf(["true", "false"].map { bytes(Array($0.utf8), start) })
        default: return bytes(Array("null".utf8), start)
        }
    }

    /// The properties of an object from one on, each of which may be left out up to the next required one.
    private func properties(_ schema: JSONValue, from first: Int, isFirst: Bool, _ start: Int) -> Outcome {
        guard case .object(let declared)? = schema["properties"] else { return bytes([UInt8(ascii: "}")], start) }
        var required: [JSONValue] = []
        if case .array(let keys)? = schema["required"] { required = keys }
        var outcomes: [Outcome] = []
        for index in first..<declared.count {
            let escaped = declared[index].key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            let key = bytes(Array(((isFirst ? "" : ",") + "\"\(escaped)\":").utf8), start)
            let value = then(key) { match(declared[index].value, $0) }
            outcomes.append(then(value) { properties(schema, from: index + 1, isFirst: false, $0) })
            if required.contains(.string(declared[index].key)) { return anyOf(outcomes) }
        }
        return anyOf(outcomes + [bytes([UInt8(ascii: "}")], start)])
    }

    private func anyOf(_ outcomes: [Outcome]) -> Outcome {
        outcomes.reduce(into: Outcome()) {
            $0.ends.formUnion($1.ends)
            $0.ranOut = $0.ranOut || $1.ranOut
        }
    }

    private func then(_ first: Outcome, _ next: (Int) -> Outcome) -> Outcome {
        var result = anyOf(first.ends.map(next))
        result.ranOut = result.ranOut || first.ranOut
        return result
    }

    private func bytes(_ wanted: [UInt8], _ start: Int) -> Outcome {
        let rest = text[start...]
        if rest.starts(with: wanted) { return Outcome(ends: [start + wanted.count]) }
        return Outcome(ranOut: wanted.starts(with: rest))
    }

    private func array(_ schema: JSONValue, _ minimum: Int, _ maximum: Int, _ start: Int) -> Outcome {
        var prefix: [JSONValue] = []
        if case .array(let schemas)? = schema["prefixItems"] { prefix = schemas }
        let count = minimum...(schema["items"] == nil ? min(maximum, prefix.count) : maximum)
        var before = bytes([UInt8(ascii: "[")], start)
        var result = count.contains(0) ? then(before) { bytes([UInt8(ascii: "]")], $0) } : Outcome()
        var number = 0
        while number < count.upperBound, !before.ends.isEmpty || before.ranOut {
            let item = number < prefix.count ? prefix[number] : schema["items"] ?? .null
            number += 1
            let element = then(before) { match(item, $0) }
            result.ranOut = result.ranOut || element.ranOut
            if count.contains(number) {
                result = anyOf([result, then(element) { bytes([UInt8(ascii: "]")], $0) }])
            }
            guard number < count.upperBound else { break }
            before = then(element) { bytes([UInt8(ascii: ",")], $0) }
            result.ranOut = result.ranOut || before.ranOut
            if before.ends.isEmpty { break }
        }
        return result
    }

    private func string(_ length: ClosedRange<Int>, _ isPlain: Bool, _ start: Int) -> Outcome {
        guard start < text.count else { return Outcome(ranOut: true) }
        guard text[start] == UInt8(ascii: "\"") else { return Outcome() }
        var index = start + 1
        var count = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "\"") { return Outcome(ends: count >= length.lowerBound ? [index + 1] : []) }
            count += 1
            guard count <= length.upperBound else { return Outcome() }
            let rest = Array(text[index...].prefix(12))
            if text[index] == UInt8(ascii: "\\") {
                guard !isPlain else { return Outcome() }
                if let size = Self.escapeSize(rest) {
                    index += size
                } else {
                    return Outcome(ranOut: Self.beginsEscape(rest))
                }
            } else {
                guard text[index] >= 0x20 else { return Outcome() }
                let candidates = (1...4).filter { $0 <= rest.count }.map { Array(rest.prefix($0)) }
                if let whole = candidates.first(where: Self.isScalar) {
                    index += whole.count
                } else {
                    return Outcome(ranOut: rest.count < 4 && Self.scalarBeginnings.contains(rest))
                }
            }
        }
        return Outcome(ranOut: true)
    }

    /// Every proper beginning of the UTF-8 form of a Unicode scalar, found by encoding them.
    private static let scalarBeginnings: Set<[UInt8]> = {
        var result: Set<[UInt8]> = []
        // Every 64th: the scalars between differ in their last byte only.
        for value in stride(from: 0x80 as UInt32, through: 0x10FFFF, by: 64) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let encoded = Array(String(scalar).utf8)
            for size in 1..<encoded.count { result.insert(Array(encoded.prefix(size))) }
        }
        return result
    }()

    private static func isScalar(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        return text.unicodeScalars.count == 1
    }

    /// By bytes: what follows an escape may be a mark that joins its last letter to one character.
    private static func escapeSize(_ rest: [UInt8]) -> Int? {
        guard rest.count >= 2, rest[0] == UInt8(ascii: "\\") else { return nil }
        if "\"\\/bfnrt".utf8.contains(rest[1]) { return 2 }
        guard let unit = escapedUnit(rest[...]) else { return nil }
        guard (0xD800..<0xE000).contains(unit) else { return 6 }
        guard unit < 0xDC00, let low = escapedUnit(rest.dropFirst(6)) else { return nil }
        return (0xDC00..<0xE000).contains(low) ? 12 : nil
    }

    private static func escapedUnit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        let digits = bytes.dropFirst(2).prefix(4)
        guard bytes.starts(with: "\\u".utf8), digits.count == 4,
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
        else {
            return nil
        }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Whether some whole escape begins with these bytes: what is missing is taken from an escape of each kind.
    private static func beginsEscape(_ rest: [UInt8]) -> Bool {
        ["\\n", "\\u0000", "\\uD800\\uDC00"].contains { kind in
            let tail = kind.utf8.dropFirst(rest.count)
            return !tail.isEmpty && escapeSize(rest + tail) == kind.utf8.count
        }
    }

    private func number(_ start: Int, _ judge: ([UInt8], Bool) -> (isWhole: Bool, mayGrow: Bool)) -> Outcome {
        let run = text[start...].prefix { "-.0123456789".utf8.contains($0) }
        var outcome = Outcome()
        for size in 0...run.count {
            let (isWhole, mayGrow) = judge(Array(run.prefix(size)), start + size == text.count)
            if isWhole { outcome.ends.insert(start + size) }
            if start + size == text.count && mayGrow { outcome.ranOut = true }
        }
        return outcome
    }

    private static func integer(
        _ digits: [UInt8], _ isOpen: Bool, _ range: ClosedRange<Int>, _ step: Int
    ) -> (isWhole: Bool, mayGrow: Bool) {
        let text = String(decoding: digits, as: UTF8.self)
        guard isOpen || !digits.isEmpty else { return (false, false) }
        // The ranges of the tests are small enough to look at each of their integers.
        let values = range.filter { $0 % step == 0 }.map { String($0) }
        return (values.contains(text), isOpen && values.contains { $0.hasPrefix(text) && $0 != text })
    }

    private static func decimal(_ digits: [UInt8], _ isOpen: Bool) -> (isWhole: Bool, mayGrow: Bool) {
        func isNumber(_ text: [UInt8]) -> Bool {
            let isNegative = text.first == UInt8(ascii: "-")
            let parts = text.dropFirst(isNegative ? 1 : 0).split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }),
                (1...15).contains(parts[0].count), parts[0].count == 1 || parts[0].first != 0x30,
                parts.count == 1 || (1...9).contains(parts[1].count)
            else { return false }
            return !isNegative || parts.contains { $0.contains { $0 != 0x30 } }
        }
        return (isNumber(digits), isOpen && ["1", ".1"].contains { isNumber(digits + $0.utf8) })
    }
}

extension JSONValue {
    fileprivate subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    fileprivate func count(_ key: String) -> Int? {
        guard case .number(let text)? = self[key] else { return nil }
        return Int(text)
    }
}
