import Domain
import Foundation
import Synchronization
import Terminal

/// Writes results to stdout.
///
/// All of it passes here, so that no text of a file or a machine can steer the terminal or forge a line.
enum Output {
    private static let results = Style.forDescriptor(STDOUT_FILENO)
    private static let notes = Style.forDescriptor(STDERR_FILENO)

    /// One JSON document and a line end.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        json(text: String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// One JSON document, written already, and a line end.
    static func json(text: String) { put(PrintableText.json(text) + "\n") }

    /// One line for people.
    static func write(_ line: String) { put(results.printable(line) + "\n") }

    /// A piece of a text with the line ends that it has.
    static func write(text: String) { put(PrintableText.lines(text)) }

    /// Bytes of a program's own format, as they are.
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
        try? FileHandle.standardError.write(contentsOf: Data((notes.printable(line) + "\n").utf8))
    }

    /// What went wrong, on stderr; a text of several lines is indented after its first, so that none of them passes for
    /// another message.
    static func note(error: String) {
        let lines = error.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { note(index == 0 ? String(line) : "  " + line) }
    }

    private static let failure = Mutex<String?>(nil)

    static func write(_ lines: [String]) {
        for line in lines { write(line) }
    }
}
