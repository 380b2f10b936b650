import Appliance
import Domain
import Extraction
import Glibc

/// The documents on stdin, read as they are asked for.
actor StandardInputDocuments {
    private static let chunkBytes = 64 << 10

    private var splitter: DocumentSplitter
    private var ready: ArraySlice<SourceDocument> = []
    private var isAtEnd = false

    init(_ input: ExtractionTask.Input) { splitter = DocumentSplitter(input) }

    /// Waits for input where it has to; nil at its end.
    ///
    /// - Throws: ``CommandError`` where stdin cannot be read.
    func next() async throws -> SourceDocument? {
        while ready.isEmpty, !isAtEnd {
            let bytes = try await offSharedPool { try Self.read() }
            isAtEnd = bytes.isEmpty
            ready = isAtEnd ? [splitter.finish()].compactMap(\.self)[...] : splitter.append(bytes)[...]
        }
        return ready.popFirst()
    }

    /// What is there; empty at the end.
    private static func read() throws -> [UInt8] {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: chunkBytes) { buffer, filled in
                count = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            if count >= 0 { return bytes }
            guard errno == EINTR else { throw CommandError("stdin: \(String(cString: strerror(errno)))") }
        }
    }
}
