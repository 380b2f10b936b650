import Foundation
import Synchronization

/// Writes results to stdout.
enum Output {
    /// One JSON document and a line end.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        write(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    static func write(_ line: String) { put(line + "\n") }

    /// Text without a line end.
    ///
    /// Whoever read stdout may be gone (`andon search … | head`): that is no crash, the exit code says it.
    static func put(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            failure.withLock { $0 = $0 ?? "stdout: \(error.localizedDescription)" }
        }
    }

    /// Why stdout could not be written, once it could not.
    static var failureReason: String? { failure.withLock { $0 } }

    /// A line on stderr, for people.
    static func note(_ line: String) {
        // Where stderr is gone too, nobody is left to tell.
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    private static let failure = Mutex<String?>(nil)

    static func write(_ lines: [String]) {
        for line in lines { write(line) }
    }
}
