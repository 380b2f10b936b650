import Foundation
import Yams

/// What is wrong with a YAML file, and where.
public struct StrictYAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// From 1; nil when the fault concerns the whole file.
    public let line: Int?
    /// The path of keys, such as `modbus.code.format`; empty for the whole file.
    public let place: String
    public let expected: String

    public var description: String {
        let position = line.map { "\(file):\($0)" } ?? file
        return place.isEmpty ? "\(position): \(expected)" : "\(position): \(place): \(expected)"
    }
}

/// A YAML mapping that is read key by key and refuses what nobody read.
///
/// A misspelt key would otherwise be ignored and the default silently used. Read every key that is known, then call
/// ``finish()``.
public final class StrictYAMLMap {
    /// The longest file that is read, in bytes; real ones are under 10 KiB.
    public static let fileBytesLimit = 64 * 1024

    public let file: String
    private let place: String
    private let node: Node
    private let mapping: Node.Mapping
    private var known: [String] = []

    /// - Throws: ``StrictYAMLError`` when the text is no YAML or no mapping.
    public convenience init(file: String, text: Data) throws(StrictYAMLError) {
        guard text.count <= StrictYAMLMap.fileBytesLimit else {
            throw StrictYAMLError(
                file: file, line: nil, place: "",
                expected: "expected at most \(StrictYAMLMap.fileBytesLimit) bytes, got \(text.count)")
        }
        let node: Node?
        do {
            node = try compose(yaml: String(decoding: text, as: UTF8.self))
        } catch {
            throw StrictYAMLError(file: file, line: nil, place: "", expected: "expected YAML: \(error)")
        }
        guard let node else {
            throw StrictYAMLError(file: file, line: nil, place: "", expected: "expected keys, the file is empty")
        }
        try self.init(file: file, place: "", node: node)
    }

    private init(file: String, place: String, node: Node) throws(StrictYAMLError) {
        guard case .mapping(let mapping) = node else {
            throw StrictYAMLError(
                file: file, line: node.mark?.line, place: place, expected: "expected a mapping of keys to values")
        }
        self.file = file
        self.place = place
        self.node = node
        self.mapping = mapping
    }

    private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

    private func find(_ key: String) -> Node? {
        known.append(key)
        return mapping.first { $0.key.scalar?.string == key }?.value
    }

    /// The error to throw for a key whose value is well-formed but wrong.
    public func error(_ key: String, expected: String) -> StrictYAMLError {
        let value = mapping.first { $0.key.scalar?.string == key }?.value
        return StrictYAMLError(file: file, line: (value ?? node).mark?.line, place: path(key), expected: expected)
    }

    private func missing(_ key: String) -> StrictYAMLError {
        StrictYAMLError(file: file, line: node.mark?.line, place: path(key), expected: "expected this key")
    }

    public func string(_ key: String) throws(StrictYAMLError) -> String? {
        guard let value = find(key) else { return nil }
        guard let text = value.scalar?.string, !text.isEmpty, text.utf8.count <= 4096 else {
            throw error(key, expected: "expected text of 1 to 4096 bytes")
        }
        return text
    }

    public func requiredString(_ key: String) throws(StrictYAMLError) -> String {
        guard let value = try string(key) else { throw missing(key) }
        return value
    }

    public func integer(_ key: String, in range: ClosedRange<Int>) throws(StrictYAMLError) -> Int? {
        guard let value = find(key) else { return nil }
        guard let number = value.int, range.contains(number) else {
            throw error(
                key,
                expected: "expected a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "got \(value.scalar.map { "\"\($0.string)\"" } ?? "a list or mapping")")
        }
        return number
    }

    public func requiredInteger(_ key: String, in range: ClosedRange<Int>) throws(StrictYAMLError) -> Int {
        guard let value = try integer(key, in: range) else { throw missing(key) }
        return value
    }

    public func flag(_ key: String) throws(StrictYAMLError) -> Bool? {
        guard let value = find(key) else { return nil }
        guard let flag = value.bool else { throw error(key, expected: "expected true or false") }
        return flag
    }

    public func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, of type: Value.Type
    ) throws(StrictYAMLError) -> Value? where Value.RawValue == String {
        guard let text = try string(key) else { return nil }
        guard let value = Value(rawValue: text) else {
            let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(key, expected: "expected one of \(allowed), got \"\(text)\"")
        }
        return value
    }

    public func requiredChoice<Value: RawRepresentable & CaseIterable>(
        _ key: String, of type: Value.Type
    ) throws(StrictYAMLError) -> Value where Value.RawValue == String {
        guard let value = try choice(key, of: type) else { throw missing(key) }
        return value
    }

    public func strings(_ key: String) throws(StrictYAMLError) -> [String]? {
        guard let value = find(key) else { return nil }
        guard let items = value.sequence else { throw error(key, expected: "expected a list of texts") }
        var texts: [String] = []
        for item in items {
            guard let text = item.scalar?.string, !text.isEmpty else {
                throw error(key, expected: "expected a list of texts")
            }
            texts.append(text)
        }
        return texts
    }

    public func integers(_ key: String, in range: ClosedRange<Int>) throws(StrictYAMLError) -> [Int]? {
        guard let value = find(key) else { return nil }
        let expected = "expected a list of whole numbers from \(range.lowerBound) to \(range.upperBound)"
        guard let items = value.sequence else { throw error(key, expected: expected) }
        var numbers: [Int] = []
        for item in items {
            guard let number = item.int, range.contains(number) else { throw error(key, expected: expected) }
            numbers.append(number)
        }
        return numbers
    }

    /// A mapping whose keys are whole numbers and whose values are texts.
    public func table(_ key: String, keysIn range: ClosedRange<Int>) throws(StrictYAMLError) -> [Int: String]? {
        guard let value = find(key) else { return nil }
        let expected = "expected a mapping from whole numbers \(range.lowerBound) to \(range.upperBound) to texts"
        guard let pairs = value.mapping else { throw error(key, expected: expected) }
        var table: [Int: String] = [:]
        for (name, value) in pairs {
            guard let number = name.int, range.contains(number), let text = value.scalar?.string, !text.isEmpty else {
                throw StrictYAMLError(
                    file: file, line: name.mark?.line, place: path("\(key).\(name.scalar?.string ?? "?")"),
                    expected: expected)
            }
            table[number] = text
        }
        return table
    }

    public func map(_ key: String) throws(StrictYAMLError) -> StrictYAMLMap? {
        guard let value = find(key) else { return nil }
        return try StrictYAMLMap(file: file, place: path(key), node: value)
    }

    public func maps(_ key: String) throws(StrictYAMLError) -> [StrictYAMLMap]? {
        guard let value = find(key) else { return nil }
        guard let items = value.sequence else { throw error(key, expected: "expected a list of mappings") }
        var maps: [StrictYAMLMap] = []
        for (index, item) in items.enumerated() {
            maps.append(try StrictYAMLMap(file: file, place: path("\(key)[\(index)]"), node: item))
        }
        return maps
    }

    /// - Throws: ``StrictYAMLError`` naming the first key that no one read and the keys that exist.
    public func finish() throws(StrictYAMLError) {
        for (key, _) in mapping {
            let name = key.scalar?.string ?? "?"
            guard known.contains(name) else {
                throw StrictYAMLError(
                    file: file, line: key.mark?.line, place: path(name),
                    expected: "unknown key, expected one of \(known.joined(separator: ", "))")
            }
        }
    }
}
