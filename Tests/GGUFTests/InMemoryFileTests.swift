import Foundation
import Testing

@testable import GGUF

@Suite("a file in memory")
struct InMemoryFileTests {
    private func writer(alignment: UInt32 = 1 << 16) -> GGUFWriter {
        var writer = GGUFWriter()
        writer.add("general.alignment", .uint32(alignment))
        let values = (0..<64 * 50).map { Float($0 % 127) / 64 }
        let tile = GGUFTile(format: .q8_0, bytes: BlockFormat.q8_0.quantize(values))
        writer.addTensor("small", dimensions: [32], format: .f32, values: Array(values.prefix(32)))
        writer.addTensor("part of a tile", dimensions: [32, 3], repeating: tile)
        writer.addTensor("many tiles", dimensions: [64, 100_003], repeating: tile)
        return writer
    }

    @Test("holds what the same writer writes to a disk")
    func equalsFile() throws {
        let path = NSTemporaryDirectory() + "andon-test-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try writer().write(to: path)
        let onDisk = try GGUFFile(path: path)
        let inMemory = try GGUFFile(inMemory: "a name", writer())
        #expect(inMemory.path == "a name")
        #expect(inMemory.metadata == onDisk.metadata)
        #expect(inMemory.tensors == onDisk.tensors)
        let equal = try inMemory.withAllBytes { memory in
            try onDisk.withAllBytes { disk in
                let addresses = (try #require(memory.baseAddress), try #require(disk.baseAddress))
                return memory.count == disk.count && memcmp(addresses.0, addresses.1, disk.count) == 0
            }
        }
        #expect(equal)
    }

    @Test("refuses an alignment that pages do not share, and tensors that a file could not hold")
    func refuses() {
        for alignment: UInt32 in [32, 48] {
            #expect { try GGUFFile(inMemory: "a name", self.writer(alignment: alignment)) } throws: {
                ($0 as? GGUFError)?.code == .badField
            }
        }
        var writer = self.writer()
        writer.addTensor("empty", dimensions: [32], repeating: GGUFTile(format: .q8_0, bytes: []))
        #expect { try GGUFFile(inMemory: "a name", writer) } throws: { ($0 as? GGUFError)?.code == .badField }
    }
}
