import Foundation
import GGUF
import Synchronization
import Testing

@testable import Inference
@testable import VulkanCompute

@Suite("the weight loader")
struct WeightLoaderTests {
    /// Slots so small that every tensor wraps the ring many times.
    private static let tinyRing = WeightLoader.Staging(slotBytes: 1024, slotCount: 3)

    private func randomModel(_ format: BlockFormat, rows: [Int], columns: Int) throws -> TemporaryModel {
        try TemporaryModel { writer in
            for (index, rows) in rows.enumerated() {
                let name = "w\(index)"
                let bytes = SyntheticWeights.matrix(name, count: rows * columns, format: format)
                writer.addTensor(name, dimensions: [columns, rows], format: format, bytes: bytes)
            }
        }
    }

    private func contents(_ buffer: DeviceBuffer, _ count: Int, _ bench: KernelBench) throws -> [UInt8] {
        let readback = try bench.output(bytes: count)
        try bench.run { try $0.copy(from: buffer.slice(), to: readback.slice(), size: count) }
        return try bench.read(readback, UInt8.self, count: count)
    }

    @Test(
        "brings every block of joined tensors to its planes, in parts, through a ring that wraps",
        arguments: BlockFormat.allCases)
    func layout(format: BlockFormat) throws {
        let columns = 256
        let file = try randomModel(format, rows: [100, 7, 93], columns: columns)
        let tensors = file.gguf.tensors
        let layout = DeviceLayout(format)
        let blocksPerRow = columns / format.valuesPerBlock
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            let matrix = try WeightLoader.load(
                file.gguf, onto: device, staging: Self.tinyRing,
                maximumPartBytes: WeightLoader.partRows * blocksPerRow * layout.main.count
            ) { try $0.matrix(tensors, of: file.gguf) }
            #expect(matrix.parts.map(\.firstRow) == [0, 64, 128, 192])
            #expect(matrix.parts.map(\.rowCount) == [64, 64, 64, 8])
            let bytes = tensors.flatMap { tensor in file.gguf.withBytes(of: tensor) { Array($0) } }
            for part in matrix.parts {
                let blocks = part.firstRow * blocksPerRow..<(part.firstRow + part.rowCount) * blocksPerRow
                let planes = [(layout.main, part.main)] + (part.second.map { [(layout.second, $0)] } ?? [])
                for (plane, buffer) in planes {
                    let expected = blocks.flatMap { block in
                        plane.map { bytes[block * format.bytesPerBlock + $0] }
                    }
                    let equals = try contents(buffer, expected.count, bench) == expected
                    #expect(equals, "part from row \(part.firstRow), plane \(plane)")
                }
            }
        }
    }

    @Test("brings values to the device and fills them up with zeros to a multiple of four")
    func vector() throws {
        let file = try randomModel(.f32, rows: [1], columns: 32)
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            let values = (0..<1001).map { Float($0) }
            let buffer = try WeightLoader.load(file.gguf, onto: device, staging: Self.tinyRing) {
                try $0.vector(values)
            }
            let readback = try bench.output(bytes: 4016)
            try bench.run { try $0.copy(from: buffer.slice(), to: readback.slice(), size: 4016) }
            #expect(try bench.read(readback, Float.self, count: 1004) == values + [0, 0, 0])
        }
    }

    @Test("tells how far it is, in rising steps up to all of it")
    func progress() throws {
        let file = try randomModel(.q8_0, rows: [64, 64], columns: 256)
        let steps = Mutex<[LoadProgress]>([])
        try withValidatedDevice { device in
            let options = LoadOptions(progress: { step in
                steps.withLock { $0.append(step) }
                return true
            })
            _ = try WeightLoader.load(file.gguf, onto: device, options: options, staging: Self.tinyRing) {
                try $0.matrix(file.gguf.tensors, of: file.gguf)
            }
        }
        let seen = steps.withLock(\.self)
        #expect(seen.count > 10)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.loadedBytes < $1.loadedBytes })
        #expect(seen.last?.fraction == 1)
    }

    @Test("a load that its caller ends throws, frees everything, and the device goes on")
    func cancelled() throws {
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            for limit in [0.0, 0.5, 0.99] {
                let options = LoadOptions(progress: { $0.fraction <= limit })
                #expect {
                    _ = try LanguageModel(file: file.gguf, device: device, options: .init(loading: options))
                } throws: { ($0 as? ModelError)?.code == .cancelled }
            }
            let model = try LanguageModel(file: file.gguf, device: device)
            #expect(try model.logits(tokens: [1, 2]).count == SyntheticModel.vocabulary)
        }
    }

    /// A digest that is no cryptography: its length, sum and first order in which bytes come.
    private struct SumHasher: ContentHasher {
        var sum: UInt64 = 0
        mutating func update(_ bytes: UnsafeRawBufferPointer) {
            for byte in bytes { sum = sum &* 31 &+ UInt64(byte) }
        }
        mutating func finish() -> String { String(sum, radix: 16) }
    }

    @Test("a file with another digest than the expected one is refused with both, and before it answers")
    func digest() throws {
        let file = try SyntheticModel.make(.q8_0)
        var hasher = SumHasher()
        file.gguf.withAllBytes { hasher.update($0) }
        let right = hasher.finish()
        try withValidatedDevice { device in
            let good = LoadOptions(expectedDigest: ExpectedDigest(right) { SumHasher() })
            _ = try LanguageModel(file: file.gguf, device: device, options: .init(loading: good))
            let bad = LoadOptions(expectedDigest: ExpectedDigest("abc") { SumHasher() })
            #expect {
                _ = try LanguageModel(file: file.gguf, device: device, options: .init(loading: bad))
            } throws: { error in
                let error = error as? ModelError
                return error?.code == .wrongContent
                    && [file.path, "abc", right].allSatisfy { error?.detail.contains($0) == true }
            }
        }
    }

    @Test("an error of whoever asks for weights ends the load, and digest and uploads with it")
    func failingBody() throws {
        struct Stop: Error {}
        let file = try randomModel(.q8_0, rows: [2000], columns: 256)
        try withValidatedDevice { device in
            #expect(throws: ModelError.self) {
                try WeightLoader.load(
                    file.gguf, onto: device,
                    options: LoadOptions(expectedDigest: ExpectedDigest("abc") { SumHasher() }), staging: Self.tinyRing
                ) { loader in
                    _ = try loader.matrix(file.gguf.tensors, of: file.gguf)
                    throw Stop()
                }
            }
        }
    }

    @Test("a matrix whose allocation fails is refused as too large for the device")
    func outOfMemory() throws {
        let file = try randomModel(.q8_0, rows: [1], columns: 256)
        try withValidatedDevice { device in
            #expect {
                try WeightLoader.load(file.gguf, onto: device) { _ in
                    _ = try DeviceBuffer(device: device, sizeBytes: .max / 2, placement: .device)
                }
            } throws: { error in
                let error = error as? ModelError
                return error?.code == .doesNotFit && error?.deviceError?.code == .outOfMemory
            }
        }
    }
}
