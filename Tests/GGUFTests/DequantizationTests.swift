import Testing

@testable import GGUF

@Suite("block formats")
struct DequantizationTests {
    @Test("dequantized blocks equal the reference implementation's, bit for bit", arguments: ["Q8_0", "Q4_K", "Q6_K"])
    func dequantizesAsReference(name: String) throws {
        let file = try GGUFFile(path: fixturePath("quantized.gguf"))
        let tensor = try file.tensor(name)
        #expect(tensor.format.name == name)
        let expected = file.values(of: try file.tensor(name + ".expected"))
        #expect(expected.count == tensor.elementCount)
        #expect(file.values(of: tensor).map(\.bitPattern) == expected.map(\.bitPattern))
    }
}
