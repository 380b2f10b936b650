import Foundation
import GGUF
import Testing
import VulkanCompute

@testable import Inference

@Suite("weights that are no finite numbers")
struct FiniteWeightsTests {
    @Test(
        "are refused at load, by tensor, block and row",
        arguments: [
            // A scale of the second plane, a minimum where a row has two blocks, a value of a norm.
            (BlockFormat.q6_K, "token_embd.weight", 330, 208, "block 330 (in row 330)"),
            (.q4_K, "blk.0.ffn_down.weight", 301, 2, "block 301 (in row 150)"),
            (.q8_0, "output_norm.weight", 17, 2, "block 17 (in row 0)"),
        ])
    func refused(format: BlockFormat, name: String, block: Int, byte: Int, place: String) throws {
        let model = try SyntheticModel.make(format)
        let tensor = try model.gguf.tensor(name)
        let target = try FileHandle(forWritingTo: URL(fileURLWithPath: model.path))
        try target.seek(toOffset: UInt64(tensor.offset + block * tensor.format.bytesPerBlock + byte))
        // As float16 and as the upper half of a float32: NaN.
        try target.write(contentsOf: [0xFF, 0x7F])
        try target.close()
        let file = try GGUFFile(path: model.path)
        try withValidatedDevice { device in
            #expect {
                _ = try LanguageModel(file: file, device: device)
            } throws: { error in
                let error = error as? ModelError
                return error?.code == .badTensor && error?.detail.contains("\(name), \(place)") == true
            }
        }
    }
}
