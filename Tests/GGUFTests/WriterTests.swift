import Foundation
import Testing

@testable import GGUF

@Suite("writer")
struct WriterTests {
    @Test("a written file reads back with the same metadata, order and tensor bytes")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("model.gguf")
        let values: [(String, GGUFValue)] = [
            ("general.architecture", .string("qwen2")), ("z.first", .uint64(.max)), ("a.second", .int8(-1)),
            ("flag", .bool(false)), ("texts", .stringArray(["", "泵", "Ġa"])),
            ("numbers", .int32Array([.min, 0, .max])),
            ("scores", .float32Array([-0.5, 3])), ("bytes", .array(.uint8, [.uint8(1), .uint8(255)])),
            ("nested", .array(.array, [.int32Array([1, 2]), .stringArray([])])), ("empty", .array(.bool, [])),
        ]
        var writer = GGUFWriter()
        for (key, value) in values { writer.add(key, value) }
        writer.addTensor("one", dimensions: [3], format: .f32, values: [1, -2, 3.5])
        writer.addTensor("two", dimensions: [256, 2], format: .q6_K, values: [Float](repeating: 0.25, count: 512))
        try writer.write(to: path)

        let file = try GGUFFile(path: path)
        #expect(file.metadataKeys == values.map(\.0))
        for (key, value) in values { #expect(file.metadata[key] == value) }
        #expect(file.tensors.map(\.name) == ["one", "two"])
        #expect(file.values(of: try file.tensor("one")) == [1, -2, 3.5])
        let two = try file.tensor("two")
        #expect(two.rows == 2 && two.columns == 256 && two.rowByteCount == 210 && two.offset % 32 == 0)
        #expect(file.bytes(of: two).elementsEqual(BlockFormat.q6_K.quantize([Float](repeating: 0.25, count: 512))))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["model.gguf"])
    }

    @Test("tensor data starts and stays at multiples of the stated alignment")
    func alignment() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("aligned.gguf")
        var writer = GGUFWriter()
        writer.add("general.alignment", .uint32(128))
        writer.addTensor("a", dimensions: [1], format: .f32, values: [1])
        writer.addTensor("b", dimensions: [1], format: .f16, values: [2])
        try writer.write(to: path)
        let file = try GGUFFile(path: path)
        #expect(file.alignment == 128)
        #expect(file.tensors.allSatisfy { $0.offset % 128 == 0 })
        #expect(file.values(of: try file.tensor("b")) == [2])
    }

    @Test("a file that the reader would refuse is not written, and what was at the path stays")
    func refusesBadFiles() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("model.gguf")
        try Data("before".utf8).write(to: URL(fileURLWithPath: path))
        var twice = GGUFWriter()
        twice.add("key", .bool(true))
        twice.add("key", .bool(true))
        var misfit = GGUFWriter()
        misfit.addTensor("t", dimensions: [2], format: .f32, bytes: [0, 0, 0, 0])
        var misaligned = GGUFWriter()
        misaligned.add("general.alignment", .uint32(24))
        for writer in [twice, misfit, misaligned] {
            #expect(throws: GGUFError.self) { try writer.write(to: path) }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["model.gguf"])
    }

    @Test("a directory that does not exist is an error that names the path")
    func missingDirectory() {
        let error = #expect(throws: GGUFError.self) { try GGUFWriter().write(to: "/nonexistent/model.gguf") }
        #expect(error?.code == .io)
        #expect(error?.path == "/nonexistent/model.gguf")
    }
}
