@testable import ConstrainedDecoding

/// Decides by plain backtracking whether bytes begin a document of a schema.
///
/// Written from the schema's meaning, with nothing of the automaton in it: each part gives every place where it can
/// end, and whether the text ran out while it could still go on.
struct SlowRecogniser {
    let text: [UInt8]

    struct Outcome {
        var ends: Set<Int> = []
        var ranOut = false
    }

    static func begins(_ text: [UInt8], _ schema: JSONSchema) -> Bool {
        let outcome = SlowRecogniser(text: text).match(schema.root, 0)
        return outcome.ranOut || outcome.ends.contains(text.count)
    }

    static func isWhole(_ text: [UInt8], _ schema: JSONSchema) -> Bool {
        SlowRecogniser(text: text).match(schema.root, 0).ends.contains(text.count)
    }

    private func match(_ node: JSONSchema.Node, _ start: Int) -> Outcome {
        switch node {
        case .literals(let values): return anyOf(values.map { bytes($0.compactBytes, start) })
        case .object(let properties):
            guard !properties.isEmpty else { return bytes(Array("{}".utf8), start) }
            var outcome = Outcome(ends: [start])
            for (index, property) in properties.enumerated() {
                let escaped = property.key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                let key = (index == 0 ? "{" : ",") + "\"\(escaped)\":"
                outcome = then(outcome) { bytes(Array(key.utf8), $0) }
                outcome = then(outcome) { match(property.value, $0) }
            }
            return then(outcome) { bytes([UInt8(ascii: "}")], $0) }
        case .array(let items, let count): return array(items, count, start)
        case .string(let length, let isPlain): return string(length, isPlain, start)
        case .integer(let range): return number(start) { digits, isOpen in Self.integer(digits, isOpen, range) }
        case .number: return number(start, Self.decimal)
        }
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

    private func array(_ items: JSONSchema.Node, _ count: ClosedRange<Int>, _ start: Int) -> Outcome {
        var before = bytes([UInt8(ascii: "[")], start)
        var result = count.contains(0) ? then(before) { bytes([UInt8(ascii: "]")], $0) } : Outcome()
        var number = 0
        while number < count.upperBound, !before.ends.isEmpty || before.ranOut {
            number += 1
            let element = then(before) { match(items, $0) }
            result.ranOut = result.ranOut || element.ranOut
            if count.contains(number) {
                result = anyOf([result, then(element) { bytes([UInt8(ascii: "]")], $0) }])
            }
            guard number < count.upperBound else { break }
            before = then(element) { bytes([UInt8(ascii: ",")], $0) }
            before.ranOut = before.ends.isEmpty && before.ranOut
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

    private static func escapeSize(_ rest: [UInt8]) -> Int? {
        let text = String(decoding: rest, as: UTF8.self)
        if text.prefixMatch(of: /\\["\\\/bfnrt]/) != nil { return 2 }
        if text.prefixMatch(of: /\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}/) != nil { return 6 }
        return text.prefixMatch(of: /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/) == nil ? nil : 12
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
        _ digits: [UInt8], _ isOpen: Bool, _ range: ClosedRange<Int>
    ) -> (isWhole: Bool, mayGrow: Bool) {
        let text = String(decoding: digits, as: UTF8.self)
        let isWhole = text.wholeMatch(of: /0|-?[1-9][0-9]*/) != nil && Int(text).map(range.contains) == true
        guard isOpen, text.wholeMatch(of: /-?|-?[1-9][0-9]*/) != nil else { return (isWhole, false) }
        // The ranges of the tests are small enough to look at each of their integers.
        return (isWhole, range.contains { String($0).hasPrefix(text) && String($0) != text })
    }

    private static func decimal(_ digits: [UInt8], _ isOpen: Bool) -> (isWhole: Bool, mayGrow: Bool) {
        let text = String(decoding: digits, as: UTF8.self)
        let isWhole = text.wholeMatch(of: /-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?/) != nil
        let mayGrow =
            isOpen
            && ["0", ".0", "00"].contains { (text + $0).wholeMatch(of: /-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?/) != nil }
        return (isWhole, mayGrow)
    }
}
