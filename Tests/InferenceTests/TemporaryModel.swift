import Foundation
import GGUF

/// A GGUF file that lives as long as this object.
final class TemporaryModel {
    let path: String
    let gguf: GGUFFile

    init(_ fill: (inout GGUFWriter) -> Void) throws {
        path = NSTemporaryDirectory() + "andon-test-\(UUID().uuidString).gguf"
        var writer = GGUFWriter()
        fill(&writer)
        try writer.write(to: path)
        gguf = try GGUFFile(path: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
