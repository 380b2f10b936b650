/// Where one tensor lies in a file, and its shape. Made only by ``GGUFFile``, which has checked every number in it.
public struct GGUFTensor: Equatable, Sendable {
    public let name: String
    /// Sizes, innermost (contiguous) first as in the file; 1 to 4 of them, each at least 1.
    public let dimensions: [Int]
    public let format: BlockFormat
    /// First byte, from the start of the file; a multiple of the file's alignment.
    public let offset: Int
    /// Size in bytes; `offset + byteCount` lies within the file.
    public let byteCount: Int

    /// Values in a row: the innermost dimension.
    public var columns: Int { dimensions[0] }
    /// Rows: the product of all other dimensions.
    public var rows: Int { dimensions.dropFirst().reduce(1, *) }
    /// Values in all.
    public var elementCount: Int { dimensions.reduce(1, *) }
    /// Bytes of a row; rows follow one another without gaps.
    public var rowByteCount: Int { columns / format.valuesPerBlock * format.bytesPerBlock }
}
