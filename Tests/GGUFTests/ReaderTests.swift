import Testing

@testable import GGUF

@Suite("reader")
struct ReaderTests {
    @Test("every metadata type of a file made by the gguf package reads as it was written")
    func metadata() throws {
        let file = try GGUFFile(path: fixturePath("metadata.gguf"))
        let expected: [String: GGUFValue] = [
            "general.architecture": .string("qwen2"), "general.alignment": .uint32(64),
            "test.uint8": .uint8(200), "test.int8": .int8(-100), "test.uint16": .uint16(60_000),
            "test.int16": .int16(-30_000), "test.uint32": .uint32(4_000_000_000), "test.int32": .int32(-2_000_000_000),
            "test.uint64": .uint64(18_000_000_000_000_000_000), "test.int64": .int64(-9_000_000_000_000_000_000),
            "test.float32": .float32(1.5), "test.float64": .float64(-2.25), "test.bool": .bool(true),
            "test.string": .string("油壓 12.5 MPa ✓"), "test.strings": .stringArray(["", "Ġpressure", "壓力"]),
            "test.int32s": .int32Array([1, -2, 3]), "test.float32s": .float32Array([0.5, -1]),
            "test.bools": .array(.bool, [.bool(true), .bool(false)]),
            "test.nested": .array(.array, [.int32Array([1, 2]), .int32Array([3])]),
        ]
        for (key, value) in expected { #expect(file.metadata[key] == value, "\(key)") }
        #expect(file.metadataKeys.count == file.metadata.count)
        #expect(Set(file.metadataKeys) == Set(expected.keys))
    }

    @Test("F32 and F16 tensors read with their dimensions innermost first")
    func plainTensors() throws {
        let file = try GGUFFile(path: fixturePath("metadata.gguf"))
        let single = try file.tensor("f32")
        #expect(single.dimensions == [3, 2])
        #expect(single.format == .f32)
        #expect(single.offset % 64 == 0)
        #expect(file.values(of: single) == [0, 0.25, 0.5, 0.75, 1, 1.25])
        let half = try file.tensor("f16")
        #expect(half.dimensions == [2, 2, 2])
        #expect(half.rows == 4)
        #expect(file.values(of: half) == [-3, -2, -1, 0, 1, 2, 3, 4])
    }

    @Test("typed getters convert between integer sizes and name the key that is absent or of another type")
    func getters() throws {
        let file = try GGUFFile(path: fixturePath("metadata.gguf"))
        #expect(try file.uint("test.uint8") == 200)
        #expect(try file.uint("test.uint32") == 4_000_000_000)
        #expect(try file.float("test.float64") == -2.25)
        #expect(try file.float("test.uint8") == 200)
        #expect(try file.string("general.architecture") == "qwen2")
        #expect(try file.boolIfPresent("test.bool") == true)
        #expect(try file.stringArray("test.strings").count == 3)
        #expect(try file.intArrayIfPresent("test.int32s") == [1, -2, 3])
        #expect(try file.uintIfPresent("absent") == nil)
        #expect(try file.intArrayIfPresent("absent") == nil)

        let missing = #expect(throws: GGUFError.self) { try file.uint("qwen2.block_count") }
        #expect(missing?.code == .missing)
        #expect(missing?.field == "metadata \"qwen2.block_count\"")
        for key in ["test.int8", "test.uint64", "test.string"] {
            #expect(throws: GGUFError.self) { try file.uint(key) }
        }
        #expect(throws: GGUFError.self) { try file.string("test.uint8") }
        #expect(throws: GGUFError.self) { try file.stringArray("test.int32s") }
        #expect(throws: GGUFError.self) { try file.tensor("output.weight") }
    }

    @Test("a path that is absent, a directory, or not a GGUF file is an error that says so")
    func wrongFiles() throws {
        #expect(throws: GGUFError.self) { try GGUFFile(path: "/nonexistent.gguf") }
        let directory = #expect(throws: GGUFError.self) { try GGUFFile(path: "/tmp") }
        #expect(directory?.detail == "is not a regular file")
        let script = #expect(throws: GGUFError.self) { try GGUFFile(path: fixturePath("make_fixtures.py")) }
        #expect(script?.code == .badMagic)
    }
}
