/// The parsed part of a file before its tensor data.
struct GGUFHeader {
    private(set) var version = 3
    private(set) var metadata: [String: GGUFValue] = [:]
    private(set) var metadataKeys: [String] = []
    private(set) var tensors: [GGUFTensor] = []
    private(set) var tensorIndex: [String: Int] = [:]
    private(set) var alignment = Self.defaultAlignment

    static let magic: UInt32 = 0x4655_4747
    static let supportedVersion = 3
    static let defaultAlignment = 32
    static let alignmentKey = "general.alignment"
    /// The specification asks for a multiple of 8; the upper bound only keeps a lie from becoming an offset.
    static let alignments = 8...(1 << 20)
    /// Far more metadata entries or tensors than any model has.
    static let entries = 1 << 17
    /// Limits of the specification.
    static let keyBytes = 65_535
    static let tensorNameBytes = 64
    static let dimensionCounts = 1...4

    init(bytes: UnsafeRawBufferPointer, path: String) throws(GGUFError) {
        var cursor = ByteCursor(bytes: bytes, path: path)
        try readPreamble(&cursor)
        // A tensor entry takes at least 32 bytes (name length, dimension count, one dimension, type, offset), a metadata
        // entry 13 (key length, type, one byte).
        let tensorCount = try Self.entryCount(eachAtLeast: 32, "tensor count", &cursor)
        let metadataCount = try Self.entryCount(eachAtLeast: 13, "metadata count", &cursor)
        try readMetadata(metadataCount, &cursor)
        try readAlignment(cursor)
        try readTensors(tensorCount, &cursor)
    }

    private static func entryCount(
        eachAtLeast size: Int, _ field: String, _ cursor: inout ByteCursor
    ) throws(GGUFError) -> Int {
        let count = try cursor.count(eachAtLeast: size, field)
        guard count <= entries else {
            throw cursor.failure(.badField, field, "is \(count); at most \(entries) are allowed")
        }
        return count
    }

    private mutating func readPreamble(_ cursor: inout ByteCursor) throws(GGUFError) {
        let magic: UInt32 = try cursor.integer("magic")
        guard magic == Self.magic else {
            throw cursor.failure(.badMagic, "magic", "is 0x\(String(magic, radix: 16)); expected the letters GGUF")
        }
        let version: UInt32 = try cursor.integer("version")
        guard version == Self.supportedVersion else {
            let hint = version.byteSwapped == Self.supportedVersion ? " (a big-endian file)" : ""
            throw cursor.failure(
                .unsupportedVersion, "version",
                "is \(version)\(hint); supported: \(Self.supportedVersion), little-endian")
        }
        self.version = Int(version)
    }

    private mutating func readMetadata(_ count: Int, _ cursor: inout ByteCursor) throws(GGUFError) {
        for index in 0..<count {
            let key = try cursor.string(limit: Self.keyBytes, "metadata key \(index)")
            let type = try cursor.valueType("metadata \"\(key)\", type")
            let value = try cursor.value(of: type, "metadata \"\(key)\"")
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw cursor.failure(.badField, "metadata \"\(key)\"", "is there twice")
            }
            metadataKeys.append(key)
        }
    }

    private mutating func readAlignment(_ cursor: ByteCursor) throws(GGUFError) {
        guard let value = metadata[Self.alignmentKey] else { return }
        guard let stated = value.integer, Self.alignments.contains(stated), stated & (stated - 1) == 0 else {
            let range = "\(Self.alignments.lowerBound) to \(Self.alignments.upperBound)"
            throw cursor.failure(
                .badField, "metadata \"\(Self.alignmentKey)\"", "is \(value); expected a power of two, \(range)")
        }
        alignment = stated
    }

    private mutating func readTensors(_ count: Int, _ cursor: inout ByteCursor) throws(GGUFError) {
        var entries: [TensorEntry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            let entry = try TensorEntry(index: index, &cursor)
            guard tensorIndex.updateValue(index, forKey: entry.name) == nil else {
                throw cursor.failure(.badField, entry.field, "is there twice")
            }
            entries.append(entry)
        }
        // The position lies within the file and the alignment is at most 1 MiB, so this cannot overflow.
        let dataStart = (cursor.position + alignment - 1) & ~(alignment - 1)
        tensors.reserveCapacity(count)
        for entry in entries {
            tensors.append(try entry.placed(dataStart: dataStart, alignment: alignment, cursor))
        }
        try refuseOverlaps(cursor)
    }

    private func refuseOverlaps(_ cursor: ByteCursor) throws(GGUFError) {
        let ordered = tensors.sorted { $0.offset < $1.offset }
        for (before, after) in zip(ordered, ordered.dropFirst()) where before.offset + before.byteCount > after.offset {
            throw cursor.failure(
                .badField, "tensor \"\(after.name)\", offset", "overlaps tensor \"\(before.name)\"")
        }
    }
}

/// A tensor's entry as the file states it, its size computed but not yet placed in the data section.
private struct TensorEntry {
    let name: String
    let dimensions: [Int]
    let format: BlockFormat
    let relativeOffset: UInt64
    let byteCount: Int

    var field: String { "tensor \"\(name)\"" }

    init(index: Int, _ cursor: inout ByteCursor) throws(GGUFError) {
        let name = try cursor.string(limit: GGUFHeader.tensorNameBytes, "tensor \(index), name")
        let field = "tensor \"\(name)\""
        let dimensionCount: UInt32 = try cursor.integer(field + ", dimension count")
        guard GGUFHeader.dimensionCounts.contains(Int(dimensionCount)) else {
            throw cursor.failure(.badField, field + ", dimension count", "is \(dimensionCount); expected 1 to 4")
        }
        var dimensions: [Int] = []
        var elements = 1
        for axis in 0..<Int(dimensionCount) {
            let raw: UInt64 = try cursor.integer("\(field), dimension \(axis)")
            guard let size = Int(exactly: raw), size > 0 else {
                throw cursor.failure(.badField, "\(field), dimension \(axis)", "is \(raw); expected 1 or more")
            }
            let (product, overflow) = elements.multipliedReportingOverflow(by: size)
            guard !overflow else {
                throw cursor.failure(.badField, "\(field), dimension \(axis)", "is \(raw): the element count overflows")
            }
            elements = product
            dimensions.append(size)
        }
        let type: UInt32 = try cursor.integer(field + ", type")
        guard let format = BlockFormat(rawValue: type) else {
            let supported = BlockFormat.allCases.map(\.name).joined(separator: ", ")
            throw cursor.failure(
                .unsupportedType, field + ", type",
                "\(BlockFormat.ggmlName(type)) is not supported; supported: \(supported)")
        }
        guard dimensions[0] % format.valuesPerBlock == 0 else {
            throw cursor.failure(
                .badField, field + ", dimension 0",
                "is \(dimensions[0]); \(format.name) needs a multiple of \(format.valuesPerBlock)")
        }
        let (byteCount, overflow) = (elements / format.valuesPerBlock)
            .multipliedReportingOverflow(by: format.bytesPerBlock)
        guard !overflow else { throw cursor.failure(.badField, field, "its size in bytes overflows") }
        self.name = name
        self.dimensions = dimensions
        self.format = format
        self.byteCount = byteCount
        relativeOffset = try cursor.integer(field + ", offset")
    }

    func placed(dataStart: Int, alignment: Int, _ cursor: ByteCursor) throws(GGUFError) -> GGUFTensor {
        guard relativeOffset % UInt64(alignment) == 0 else {
            throw cursor.failure(
                .badField, field + ", offset", "is \(relativeOffset); expected a multiple of the alignment \(alignment)"
            )
        }
        let dataBytes = max(0, cursor.bytes.count - dataStart)
        guard byteCount <= dataBytes, relativeOffset <= UInt64(dataBytes - byteCount) else {
            throw cursor.failure(
                .truncated, field,
                "takes \(byteCount) bytes at offset \(relativeOffset); the data section has \(dataBytes)")
        }
        return GGUFTensor(
            name: name, dimensions: dimensions, format: format, offset: dataStart + Int(relativeOffset),
            byteCount: byteCount)
    }
}
