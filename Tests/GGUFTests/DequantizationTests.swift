import Testing

@testable import GGUF

@Suite("block formats")
struct DequantizationTests {
    @Test(
        "dequantized blocks equal the reference implementation's, bit for bit",
        arguments: BlockFormat.allCases.filter { $0 != .f32 && $0 != .f16 })
    func dequantizesAsReference(format: BlockFormat) throws {
        let file = try GGUFFile(path: fixturePath("quantized.gguf"))
        let name = format.name
        let tensor = try file.tensor(name)
        #expect(tensor.format == format)
        let expected = file.values(of: try file.tensor(name + ".expected"))
        #expect(expected.count == tensor.elementCount)
        #expect(file.values(of: tensor).map(\.bitPattern) == expected.map(\.bitPattern))
    }
}
