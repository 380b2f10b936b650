/// What a caller wants of the loading of a model, beside the model.
public struct LoadOptions: Sendable {
    /// Told how far the load is, from a thread of the loader's, about every 4 MiB; `false` ends the load.
    public var progress: (@Sendable (LoadProgress) -> Bool)?
    /// What the file must be, if the caller knows: it is hashed beside the load, and the load fails where it differs.
    public var expectedDigest: ExpectedDigest?
    /// Device memory that the model must leave to others.
    public var memoryReserveBytes: Int

    public init(
        progress: (@Sendable (LoadProgress) -> Bool)? = nil, expectedDigest: ExpectedDigest? = nil,
        memoryReserveBytes: Int = 0
    ) {
        self.progress = progress
        self.expectedDigest = expectedDigest
        self.memoryReserveBytes = memoryReserveBytes
    }
}

/// How far a load is.
public struct LoadProgress: Sendable, Equatable {
    /// Bytes of weights that are on their way to the device.
    public let loadedBytes: Int
    /// Bytes of all weights of the file.
    public let totalBytes: Int

    /// 0…1.
    public var fraction: Double { min(Double(loadedBytes) / Double(max(totalBytes, 1)), 1) }
}

/// The digest that a file must have.
public struct ExpectedDigest: Sendable {
    /// Lower-case hexadecimal.
    public let text: String
    let makeHasher: @Sendable () -> any ContentHasher

    /// - Parameters:
    ///   - text: lower-case hexadecimal.
    ///   - makeHasher: gives a fresh hasher of the algorithm that made `text`; called from a thread of the loader's.
    public init(_ text: String, makeHasher: @escaping @Sendable () -> any ContentHasher) {
        self.text = text
        self.makeHasher = makeHasher
    }
}

/// A hash function under way; the caller brings it, so that this module needs no cryptography.
public protocol ContentHasher {
    /// Takes the next bytes; the pointer must not leave the call.
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    /// The digest of all bytes so far, in lower-case hexadecimal; nothing is called after it.
    mutating func finish() -> String
}
