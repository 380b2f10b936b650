extension GGUFFile {
    /// A non-negative integer, whatever integer type it is stored in.
    ///
    /// - Throws: ``GGUFError`` with code `missing` or `badField`.
    public func uint(_ key: String) throws(GGUFError) -> Int {
        try required(key, uintIfPresent(key))
    }

    /// As ``uint(_:)``, but `nil` where the key is absent.
    public func uintIfPresent(_ key: String) throws(GGUFError) -> Int? {
        try converted(key, expecting: "a non-negative integer") { value in
            value.integer.flatMap { $0 >= 0 ? $0 : nil }
        }
    }

    /// A finite number, whatever numeric type it is stored in.
    ///
    /// - Throws: ``GGUFError`` with code `missing` or `badField`.
    public func float(_ key: String) throws(GGUFError) -> Float {
        try required(key, floatIfPresent(key))
    }

    /// As ``float(_:)``, but `nil` where the key is absent.
    public func floatIfPresent(_ key: String) throws(GGUFError) -> Float? {
        try converted(key, expecting: "a finite number") { value in
            value.number.map { Float($0) }.flatMap { $0.isFinite ? $0 : nil }
        }
    }

    /// A string.
    ///
    /// - Throws: ``GGUFError`` with code `missing` or `badField`.
    public func string(_ key: String) throws(GGUFError) -> String {
        try required(key, stringIfPresent(key))
    }

    /// As ``string(_:)``, but `nil` where the key is absent.
    public func stringIfPresent(_ key: String) throws(GGUFError) -> String? {
        try converted(key, expecting: "a string") { value in
            if case .string(let text) = value { text } else { nil }
        }
    }

    /// A boolean, `nil` where the key is absent.
    ///
    /// - Throws: ``GGUFError`` with code `badField`.
    public func boolIfPresent(_ key: String) throws(GGUFError) -> Bool? {
        try converted(key, expecting: "a boolean") { value in
            if case .bool(let flag) = value { flag } else { nil }
        }
    }

    /// An array of strings.
    ///
    /// - Throws: ``GGUFError`` with code `missing` or `badField`.
    public func stringArray(_ key: String) throws(GGUFError) -> [String] {
        let array = try converted(key, expecting: "an array of strings") { value in
            if case .stringArray(let texts) = value { texts } else { nil }
        }
        return try required(key, array)
    }

    /// An array of integers, whatever integer type they are stored in; `nil` where the key is absent.
    ///
    /// - Throws: ``GGUFError`` with code `badField`.
    public func intArrayIfPresent(_ key: String) throws(GGUFError) -> [Int]? {
        try converted(key, expecting: "an array of integers") { value in
            switch value {
            case .int32Array(let integers): return integers.map(Int.init)
            case .array(_, let values):
                let integers = values.compactMap(\.integer)
                return integers.count == values.count ? integers : nil
            default: return nil
            }
        }
    }

    private func required<Value>(_ key: String, _ value: Value?) throws(GGUFError) -> Value {
        guard let value else {
            throw GGUFError(.missing, path: path, field: "metadata \"\(key)\"", detail: "is not in the file")
        }
        return value
    }

    private func converted<Value>(
        _ key: String, expecting expectation: String, _ convert: (GGUFValue) -> Value?
    ) throws(GGUFError) -> Value? {
        guard let stored = metadata[key] else { return nil }
        guard let value = convert(stored) else {
            throw GGUFError(
                .badField, path: path, field: "metadata \"\(key)\"",
                detail: "is a value of type \(stored.type) that is not \(expectation)")
        }
        return value
    }
}
