import Foundation
import TestSupport
import Testing

@testable import GGUF

/// A header built field by field, so that any of them can lie.
private struct RawHeader {
    var builder = ByteBuilder()

    init(version: UInt32 = 3, tensors: UInt64 = 0, metadata: UInt64 = 0) {
        builder.append(GGUFHeader.magic)
        builder.append(version)
        builder.append(tensors)
        builder.append(metadata)
    }

    mutating func tensor(_ name: String, _ dimensions: [UInt64], type: UInt32 = 0, offset: UInt64 = 0) {
        builder.append(name)
        builder.append(UInt32(dimensions.count))
        for size in dimensions { builder.append(size) }
        builder.append(type)
        builder.append(offset)
    }

    mutating func data(_ count: Int) {
        builder.pad(to: 32)
        for _ in 0..<count { builder.append(UInt8(0)) }
    }
}

@Suite("hostile files")
struct HostileFileTests {
    /// Parses a header as a mapped file's would be; a copy of the exact size, so that a read past it is a real one.
    private func parse(_ bytes: [UInt8]) throws -> GGUFHeader {
        try bytes.withUnsafeBytes { try GGUFHeader(bytes: $0, path: "hostile.gguf") }
    }

    private func refusal(_ bytes: [UInt8]) -> GGUFError? {
        #expect(throws: GGUFError.self) { try parse(bytes) }
    }

    @Test("counts that the file could not hold are refused before anything is allocated for them")
    func absurdCounts() throws {
        #expect(refusal(RawHeader(tensors: .max).builder.bytes)?.field == "tensor count")
        #expect(refusal(RawHeader(metadata: 1 << 60).builder.bytes)?.field == "metadata count")
        var array = RawHeader(metadata: 1)
        array.builder.append("k")
        array.builder.append(GGUFValueType.array.rawValue)
        array.builder.append(GGUFValueType.float32.rawValue)
        array.builder.append(UInt64.max / 2)
        #expect(refusal(array.builder.bytes)?.field == "metadata \"k\", count")
        var string = RawHeader(metadata: 1)
        string.builder.append(UInt64.max)
        string.data(64)
        #expect(refusal(string.builder.bytes)?.field == "metadata key 0, length")
    }

    @Test("arrays nested without end are refused")
    func deepNesting() throws {
        var header = RawHeader(metadata: 1)
        header.builder.append("deep")
        header.builder.append(GGUFValueType.array.rawValue)
        for _ in 0..<100_000 {
            header.builder.append(GGUFValueType.array.rawValue)
            header.builder.append(UInt64(1))
        }
        #expect(refusal(header.builder.bytes)?.detail == "nests arrays more than 4 deep")
    }

    @Test("other versions are refused by name, a big-endian file as such")
    func versions() throws {
        #expect(refusal(RawHeader(version: 2).builder.bytes)?.code == .unsupportedVersion)
        let bigEndian = refusal(RawHeader(version: UInt32(3).byteSwapped).builder.bytes)
        #expect(bigEndian?.detail.contains("big-endian") == true)
    }

    @Test("dimensions that are zero, too many, or whose product overflows are refused")
    func dimensions() throws {
        let cases: [([UInt64], String)] = [
            ([], "dimension count"), ([1, 1, 1, 1, 1], "dimension count"), ([0], "dimension 0"),
            ([4, 0], "dimension 1"),
            ([.max], "dimension 0"), ([1 << 32, 1 << 32], "dimension 1"),
        ]
        for (sizes, field) in cases {
            var header = RawHeader(tensors: 1)
            header.tensor("t", sizes)
            header.data(64)
            #expect(refusal(header.builder.bytes)?.field == "tensor \"t\", \(field)", "\(sizes)")
        }
        var overflow = RawHeader(tensors: 1)
        overflow.tensor("t", [1 << 62])
        overflow.data(64)
        #expect(refusal(overflow.builder.bytes)?.detail == "its size in bytes overflows")
    }

    @Test("a row that is not whole blocks is refused")
    func partialBlocks() throws {
        var header = RawHeader(tensors: 1)
        header.tensor("t", [128, 2], type: BlockFormat.q4_K.rawValue)
        header.data(288)
        #expect(refusal(header.builder.bytes)?.detail == "is 128; Q4_K needs a multiple of 256")
    }

    @Test("an unsupported tensor type is named, with what is supported")
    func unsupportedType() throws {
        var header = RawHeader(tensors: 1)
        header.tensor("t", [256], type: 34)
        header.data(256)
        let error = refusal(header.builder.bytes)
        #expect(error?.code == .unsupportedType)
        #expect(error?.detail.hasPrefix("TQ1_0 is not supported; supported: F32, F16, BF16, Q4_0,") == true)
    }

    @Test("tensors outside the data section, misaligned, overlapping or named twice are refused")
    func placement() throws {
        var outside = RawHeader(tensors: 1)
        outside.tensor("t", [16], offset: 32)
        outside.data(64)
        #expect(refusal(outside.builder.bytes)?.code == .truncated)

        var wrapping = RawHeader(tensors: 1)
        wrapping.tensor("t", [16], offset: .max - 31)
        wrapping.data(64)
        #expect(refusal(wrapping.builder.bytes)?.code == .truncated)

        var misaligned = RawHeader(tensors: 1)
        misaligned.tensor("t", [1], offset: 4)
        misaligned.data(64)
        #expect(refusal(misaligned.builder.bytes)?.field == "tensor \"t\", offset")

        var overlapping = RawHeader(tensors: 2)
        overlapping.tensor("a", [16])
        overlapping.tensor("b", [8], offset: 32)
        overlapping.data(64)
        #expect(refusal(overlapping.builder.bytes)?.detail == "overlaps tensor \"a\"")

        var twice = RawHeader(tensors: 2)
        twice.tensor("a", [8])
        twice.tensor("a", [8], offset: 32)
        twice.data(64)
        #expect(refusal(twice.builder.bytes)?.detail == "is there twice")
    }

    @Test("metadata that is named twice, not UTF-8, of no known type, or no boolean is refused")
    func badMetadata() throws {
        var twice = RawHeader(metadata: 2)
        for _ in 0..<2 {
            twice.builder.append("k")
            twice.builder.append(GGUFValueType.uint8.rawValue)
            twice.builder.append(UInt8(1))
        }
        #expect(refusal(twice.builder.bytes)?.detail == "is there twice")

        var notText = RawHeader(metadata: 1)
        notText.builder.append(UInt64(2))
        notText.builder.append(UInt16(0xFFC3))
        notText.data(32)
        #expect(refusal(notText.builder.bytes)?.detail == "is not valid UTF-8")

        var unknown = RawHeader(metadata: 1)
        unknown.builder.append("k")
        unknown.builder.append(UInt32(13))
        unknown.data(32)
        #expect(refusal(unknown.builder.bytes)?.field == "metadata \"k\", type")

        var boolean = RawHeader(metadata: 1)
        boolean.builder.append("k")
        boolean.builder.append(GGUFValueType.bool.rawValue)
        boolean.builder.append(UInt8(2))
        #expect(refusal(boolean.builder.bytes)?.detail == "is 2; a boolean is 0 or 1")
    }

    @Test("an alignment that is no power of two or absurd is refused", arguments: [0, 1, 4, 24, 1 << 21, UInt32.max])
    func alignment(_ alignment: UInt32) throws {
        var header = RawHeader(metadata: 1)
        header.builder.append("general.alignment")
        header.builder.append(GGUFValueType.uint32.rawValue)
        header.builder.append(alignment)
        #expect(refusal(header.builder.bytes)?.field == "metadata \"general.alignment\"")
    }

    @Test("a file cut at any byte is an error", arguments: ["metadata.gguf", "quantized.gguf"])
    func truncation(name: String) throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixturePath(name))))
        let file = try GGUFFile(path: fixturePath(name))
        let dataEnd = file.tensors.map { $0.offset + $0.byteCount }.max() ?? 0
        let dataStart = file.tensors.map(\.offset).min() ?? 0
        // Within the tensor data every cut is alike, so take only some there.
        for length in 0..<dataEnd where length <= dataStart || length % 97 == 0 {
            _ = refusal([UInt8](whole[..<length]))
        }
    }

    @Test("flipped bytes give an error or a file whose tensors all lie inside it")
    func corruption() throws {
        let seed = testSeed("corruption")
        var generator = SeededGenerator(seed: seed)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixturePath("metadata.gguf"))))
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: 0 ... .max, using: &generator)
            }
            guard let header = try? parse(bytes) else { continue }
            for tensor in header.tensors {
                #expect(tensor.offset >= 0 && tensor.offset + tensor.byteCount <= bytes.count, "seed \(seed)")
                #expect(tensor.format.byteCount(forValues: tensor.elementCount) == tensor.byteCount, "seed \(seed)")
            }
        }
    }

    @Test("a file cut short on disk is refused with its path")
    func truncatedOnDisk() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("cut.gguf")
        let whole = try Data(contentsOf: URL(fileURLWithPath: fixturePath("quantized.gguf")))
        try whole.prefix(whole.count - 64).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: GGUFError.self) { try GGUFFile(path: path) }
        #expect(error?.code == .truncated)
        #expect(error?.description.hasPrefix(path) == true)
    }
}
