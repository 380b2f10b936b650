import Foundation
import Testing

@testable import GGUF

/// The inputs of the fuzzer, `Tests/Fuzz`: made ones, and those on which the reader once failed.
@Suite("the fuzzer's corpus")
struct FuzzCorpusTests {
    private static func files(_ folder: String) -> [URL] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let files = try? FileManager.default.contentsOfDirectory(
            at: tests.appendingPathComponent("Fuzz/corpus/\(folder)"), includingPropertiesForKeys: nil)
        return files ?? []
    }

    @Test("files that are right open, and all that they hold can be used")
    func accepted() throws {
        let files = Self.files("accepted")
        #expect(files.count >= 8)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            #expect(try bytes.withUnsafeBytes { try exerciseReader($0) } == [], "\(file.lastPathComponent)")
            let opened = try GGUFFile(path: file.path)
            for tensor in opened.tensors {
                #expect(opened.values(of: tensor).count == tensor.elementCount, "\(file.lastPathComponent)")
            }
        }
    }

    @Test("files that are wrong are refused, from memory and from disk alike")
    func refused() throws {
        let files = Self.files("refused")
        #expect(files.count >= 29)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            #expect(throws: GGUFError.self, "\(file.lastPathComponent)") {
                _ = try bytes.withUnsafeBytes { try exerciseReader($0) }
            }
            #expect(throws: GGUFError.self, "\(file.lastPathComponent)") { try GGUFFile(path: file.path) }
        }
    }
}
