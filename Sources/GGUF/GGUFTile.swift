/// Some blocks of a format that a tensor repeats.
public final class GGUFTile: Sendable {
    public let format: BlockFormat
    /// Whole blocks, at least one.
    public let bytes: [UInt8]

    public init(format: BlockFormat, bytes: [UInt8]) {
        precondition(bytes.count % format.bytesPerBlock == 0, "a tile is whole blocks")
        self.format = format
        self.bytes = bytes
    }
}
