import Foundation

/// Why a compiled shader could not be given.
public struct ShaderError: Error, Sendable, CustomStringConvertible {
    /// The shader's name, as `matvec.q8_0`.
    public let name: String
    /// What is wrong with it.
    public let detail: String

    public var description: String { "shader \(name): \(detail)" }
}

/// The compiled SPIR-V of this package's compute shaders.
public enum ShaderLibrary {
    /// The SPIR-V words of one shader.
    ///
    /// - Parameter name: the operation, as `rms_norm`, or operation and weight format, as `matvec.q8_0`.
    /// - Throws: ``ShaderError`` if there is no such shader or its file is not SPIR-V.
    public static func spirv(named name: String) throws(ShaderError) -> [UInt32] {
        let url = directory.appending(path: "\(name).spv")
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw ShaderError(name: name, detail: "cannot read \(url.path): \(error.localizedDescription)")
        }
        let magic: UInt32 = 0x0723_0203
        let words = data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
        }
        guard data.count % 4 == 0, words.first == magic else {
            throw ShaderError(name: name, detail: "\(url.path) is not a SPIR-V module")
        }
        return words
    }

    /// Whether there is a shader of this name; some are compiled only where the compiler knows their extension.
    public static func contains(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: "\(name).spv").path)
    }

    /// A number that differs where any shader does: FNV-1a over the names and words of all of them.
    public static let digest: UInt64 = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ value: UInt64) { digest = (digest ^ value) &* 0x100_0000_01b3 }
        for file in files.sorted() where file.hasSuffix(".spv") {
            file.utf8.forEach { add(UInt64($0)) }
            let words = (try? spirv(named: String(file.dropLast(4)))) ?? []
            words.forEach { add(UInt64($0)) }
        }
        return digest
    }()

    /// An installed program finds the resources beside itself; `Bundle.module` ends the process when its
    /// build directory is gone, so it is asked only where nothing lies beside the program.
    private static let directory: URL = {
        let beside = Bundle.main.bundleURL.appending(path: "andon_Shaders.resources")
        return FileManager.default.fileExists(atPath: beside.path) ? beside : Bundle.module.bundleURL
    }()
}
