import GGUF

/// Reads an architecture's hyperparameters, each within bounds, and remembers which keys it was asked for, so that a
/// file that says more about its model than the engine understands can be refused.
final class Hyperparameters {
    let file: GGUFFile
    /// What their keys begin with: the architecture's name and a dot.
    private let prefix: String
    private var understood: Set<String> = []

    init(file: GGUFFile, architecture: Architecture) {
        self.file = file
        prefix = "\(architecture.name)."
    }

    /// An integer of the file, or `fallback` where the file has none.
    ///
    /// - Throws: ``ModelError`` with `.badHyperparameter`, the key, its value and what was expected; `GGUFError` for a
    ///   missing key or another type.
    func integer(
        _ key: String, _ bounds: ClosedRange<Int>, multipleOf step: Int = 1, fallback: Int? = nil
    ) throws -> Int {
        guard let value = try file.uintIfPresent(full(key)) ?? fallback else { return try file.uint(full(key)) }
        guard bounds.contains(value), value % step == 0 else {
            let multiple = step > 1 ? ", a multiple of \(step)" : ""
            throw bad(key, "is \(value), \(bounds.lowerBound) to \(bounds.upperBound)\(multiple) expected")
        }
        return value
    }

    /// A number of the file, or `fallback` where the file has none.
    ///
    /// - Throws: as ``integer(_:_:multipleOf:fallback:)``.
    func number(_ key: String, _ bounds: ClosedRange<Float>, fallback: Float? = nil) throws -> Float {
        guard let value = try file.floatIfPresent(full(key)) ?? fallback else { return try file.float(full(key)) }
        guard bounds.contains(value) else { throw bad(key, "is \(value), \(bounds) expected") }
        return value
    }

    /// A text of the file, where it has one.
    func textIfPresent(_ key: String) throws -> String? { try file.stringIfPresent(full(key)) }

    /// Requires that a key, where the file has it, says what the engine does anyway.
    ///
    /// - Throws: ``ModelError`` with `.unsupportedVariant`, the key, its value and what is implemented.
    func require(_ key: String, _ implemented: String, _ isImplemented: (GGUFValue) -> Bool) throws {
        guard let value = file.metadata[full(key)], !isImplemented(value) else { return }
        throw ModelError(
            .unsupportedVariant,
            "\(file.path): \(prefix)\(key) is \(value.shortDescription); implemented is only \(implemented)")
    }

    /// Takes notice of keys that change nothing.
    func ignore(_ keys: [String]) {
        understood.formUnion(keys.map { prefix + $0 })
    }

    /// Refuses a file with keys below the architecture's name that nothing has asked for: what such a key changes
    /// cannot be known, and a wrong answer is worse than none.
    ///
    /// - Throws: ``ModelError`` with `.unsupportedVariant` and the first such key.
    func refuseOthers() throws {
        for key in file.metadataKeys where key.hasPrefix(prefix) && !understood.contains(key) {
            throw ModelError(
                .unsupportedVariant, "\(file.path): this engine does not know the property \(key.prefix(80))")
        }
    }

    private func bad(_ key: String, _ detail: String) -> ModelError {
        ModelError(.badHyperparameter, "\(file.path): \(prefix)\(key) \(detail)")
    }

    private func full(_ key: String) -> String {
        understood.insert(prefix + key)
        return prefix + key
    }
}

extension GGUFValue {
    /// The value as a message shows it.
    fileprivate var shortDescription: String {
        switch self {
        case .string(let text): "\"\(text.prefix(64))\""
        case .bool(let flag): "\(flag)"
        default: integer.map { "\($0)" } ?? number.map { "\($0)" } ?? "a value of type \(type)"
        }
    }
}
