/// What a reader of outside JSON accepts at most.
public struct JSONLimits: Sendable, Hashable {
    /// Containers open at once.
    public var depth: Int
    /// Bytes of the whole text.
    public var sizeBytes: Int

    public init(depth: Int = 64, sizeBytes: Int = 1 << 20) {
        self.depth = depth
        self.sizeBytes = sizeBytes
    }
}
