import Crypto
import Domain
import Foundation
import GGUF
import Inference
import Platform
import Tokenization

/// The installed models: `models/<sha256>.gguf`, and `active.json` which names the one that writes the answers.
///
/// A model lies under its own digest and is made read-only before it gets its name, so a file that is memory-mapped
/// never changes underneath the engine.
public struct ModelStore: Sendable {
    /// An installed model file.
    public struct Installed: Codable, Sendable, Hashable {
        public let name: String
        public let sha256: String
        public let sizeBytes: Int
        public let isActive: Bool
        /// Why the file cannot be read, for a disk that has damaged it.
        public let problem: String?

        enum CodingKeys: String, CodingKey {
            case name, sha256, problem
            case sizeBytes = "size_bytes"
            case isActive = "active"
        }
    }

    private struct Active: Codable {
        let sha256: String
    }

    private static let copyChunkBytes = 4 << 20
    private static let activeBytesLimit = 4096

    let directory: URL

    public init(directory: URL) { self.directory = directory }

    private var activeFile: URL { directory.appendingPathComponent("active.json") }

    private func file(_ sha256: String) -> URL { directory.appendingPathComponent("\(sha256).gguf") }

    /// Copies a model in, checks that it can be read, and makes it the active one.
    ///
    /// - Parameter progress: called with the fraction copied, 0…1.
    /// - Throws: `GGUFError` when it is no usable model, ``ApplianceError`` when it cannot be copied; nothing is
    ///   installed then.
    public func install(_ source: URL, progress: (Double) -> Void = { _ in }) throws -> Installed {
        try ModelStore.requireRunnable(source)
        removeLeftovers()
        let staged = directory.appendingPathComponent("staged-\(UUID().uuidString).gguf")
        defer { try? FileManager.default.removeItem(at: staged) }
        let digest = try copy(source, to: staged, progress: progress)
        let target = file(digest)
        try own { () throws(FileError) in
            try OwnFile.adopt(staged.path, mode: 0o440)
            try OwnFile.move(staged.path, to: target.path)
        }
        try activate(digest)
        return try describe(digest, activeDigest: digest)
    }

    /// - Throws: `GGUFError` or `ModelError` naming what this build cannot run in the file.
    static func requireRunnable(_ source: URL) throws {
        let file = try GGUFFile(path: source.path)
        _ = try LanguageModel.plan(file: file)
        _ = try ChatTemplate(gguf: file, tokenizer: Tokenizer(gguf: file))
    }

    /// A copy that was interrupted by a kill or power cut is gigabytes of nothing.
    private func removeLeftovers() {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in files where name.hasPrefix("staged-") {
            try? FileManager.default.removeItem(at: directory.appendingPathComponent(name))
        }
    }

    /// Installed models, by name.
    public func list() throws -> [Installed] {
        let active = try activeDigest()
        let files = try own { () throws(FileError) in try OwnFile.names(in: directory.path) }
        return try files.filter { $0.hasSuffix(".gguf") && !$0.hasPrefix("staged-") }
            .map { try describe(String($0.dropLast(".gguf".count)), activeDigest: active) }
            .sorted { ($0.name, $0.sha256) < ($1.name, $1.sha256) }
    }

    /// The active model's file and digest; nil when none was installed.
    ///
    /// - Throws: ``ApplianceError/Code/model`` when `active.json` names a file that is not there.
    public func active() throws -> (file: URL, sha256: String)? {
        guard let digest = try activeDigest() else { return nil }
        guard try own({ () throws(FileError) in try OwnFile.exists(file(digest).path) }) else {
            throw ApplianceError(
                .model, "\(activeFile.path): names \(digest).gguf, which is not in \(directory.path); install it again")
        }
        return (file(digest), digest)
    }

    /// SHA-256 of a file, lower-case hexadecimal.
    static func digest(of file: URL) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: file.path) else {
            throw ApplianceError(.model, "\(file.path): expected a readable model file")
        }
        var hash = SHA256()
        while let chunk = try handle.read(upToCount: copyChunkBytes), !chunk.isEmpty { hash.update(data: chunk) }
        return hash.finalize().hexadecimal
    }

    private func activeDigest() throws -> String? {
        // What cannot be read is not taken for "none": another model would write the answers.
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try OwnFile.read(activeFile.path, limit: Self.activeBytesLimit)
        } catch  where error.isMissing {
            return nil
        } catch {
            throw ApplianceError(.model, "\(error)")
        }
        do {
            return try JSONDecoder().decode(Active.self, from: Data(bytes)).sha256
        } catch {
            throw ApplianceError(.model, "\(activeFile.path): expected {\"sha256\": …}; install the model again")
        }
    }

    private func activate(_ digest: String) throws {
        try AtomicFileWriter.write(Array(JSONEncoder().encode(Active(sha256: digest))), to: activeFile.path)
    }

    private func describe(_ digest: String, activeDigest: String?) throws -> Installed {
        let path = file(digest).path
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        var name = digest
        var problem: String?
        do throws(GGUFError) {
            if case .string(let text)? = try GGUFFile(path: path).metadata["general.name"] { name = text }
        } catch {
            problem = "\(error)"
        }
        return Installed(
            name: name, sha256: digest, sizeBytes: size, isActive: digest == activeDigest, problem: problem)
    }

    private func copy(_ source: URL, to target: URL, progress: (Double) -> Void) throws -> String {
        guard let input = FileHandle(forReadingAtPath: source.path) else {
            throw ApplianceError(.model, "\(source.path): expected a readable model file")
        }
        let output = FileHandle(
            fileDescriptor: try own { () throws(FileError) in try OwnFile.create(target.path) }, closeOnDealloc: true)
        let size = try input.seekToEnd()
        try input.seek(toOffset: 0)
        var hash = SHA256()
        var copied: UInt64 = 0
        do {
            while let chunk = try input.read(upToCount: Self.copyChunkBytes), !chunk.isEmpty {
                hash.update(data: chunk)
                try output.write(contentsOf: chunk)
                copied += UInt64(chunk.count)
                progress(Double(copied) / Double(max(size, 1)))
            }
            try output.synchronize()
            try output.close()
        } catch {
            throw ApplianceError(.model, "\(target.path): cannot be copied to (\(error.localizedDescription))")
        }
        return hash.finalize().hexadecimal
    }

    private func own<Value>(_ body: () throws(FileError) -> Value) throws(ApplianceError) -> Value {
        do { return try body() } catch { throw ApplianceError(.model, "\(error)") }
    }
}
