import Dispatch
import GGUF
import Synchronization

/// Hashes a whole file in its order on a thread of its own, while others read the same pages.
final class DigestCheck: Sendable {
    /// Small enough that a cancelled load ends soon.
    private static let chunkBytes = 4 << 20

    private let file: GGUFFile
    private let expected: ExpectedDigest
    private let isCancelled = Atomic(false)
    private let digest = Mutex<String?>(nil)
    private let done = DispatchGroup()

    /// Starts to hash.
    init(_ file: GGUFFile, _ expected: ExpectedDigest) {
        self.file = file
        self.expected = expected
        done.enter()
        DispatchQueue(label: "andon.digest", qos: .userInitiated).async { [self] in
            let result = hash()
            digest.withLock { $0 = result }
            done.leave()
        }
    }

    /// Waits for the digest.
    ///
    /// - Throws: ``ModelError`` with `.wrongContent` that names file, expected and found digest.
    func requireMatch() throws(ModelError) {
        done.wait()
        // The hash ends early only for ``cancel()``, whose caller asks nothing more.
        let found = digest.withLock(\.self) ?? "none"
        guard found == expected.text else {
            throw ModelError(.wrongContent, "\(file.path): digest \(expected.text) expected, \(found) found")
        }
    }

    /// Ends the thread, if it still runs, and waits for that.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        done.wait()
    }

    private func hash() -> String? {
        var hasher = expected.makeHasher()
        var prefetch = Prefetch(file)
        return file.withAllBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: Self.chunkBytes) {
                if isCancelled.load(ordering: .relaxed) { return nil }
                let end = min(start + Self.chunkBytes, bytes.count)
                prefetch.ahead(of: end)
                hasher.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
            return hasher.finish()
        }
    }
}
