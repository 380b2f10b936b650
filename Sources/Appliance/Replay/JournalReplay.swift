import Domain
import Foundation
import Incidents
import Journal

/// Makes a journal again from an export and looks whether it comes out the same.
public enum JournalReplay {
    /// What came of a replay.
    public struct Report: Encodable, Sendable {
        public let entries: Int
        public let incidents: Int
        public let answers: Int
        /// The first line at which the new journal's export differs from the file; nil when they are equal byte for byte.
        public let firstDifferentLine: Int?

        enum CodingKeys: String, CodingKey {
            case entries, incidents, answers
            case firstDifferentLine = "first_different_line"
        }
    }

    /// Restores the entries, folds them by the export's own rules, each change in its place, and compares a new export with
    /// the file.
    ///
    /// - Parameter path: of the new journal; no file may be there.
    /// - Throws: `JournalError` naming file, line and expectation.
    public static func run(
        export file: String, to path: String
    ) throws -> (journal: EventJournal, report: Report) {
        let journal = try EventJournal.restore(export: file, to: path)
        guard try journal.rules() != nil else {
            throw JournalError.badExport(file: file, line: 1, expected: "the rules of its alarms")
        }
        try IncidentFolding.foldPending(in: journal)
        var comparison = try FileComparison(file: file)
        let entries = try journal.export { try comparison.take($0) }
        let counters = try journal.counters()
        return (
            journal,
            Report(
                entries: entries, incidents: counters.incidents,
                answers: counters.answersByStatus.values.reduce(0, +), firstDifferentLine: try comparison.finish())
        )
    }
}

/// Holds lines against those of a file.
private struct FileComparison {
    private let handle: FileHandle
    private var lines = 0
    private var firstDifference: Int?

    init(file: String) throws {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw JournalError.badExport(file: file, line: 0, expected: "a readable export of a journal")
        }
        self.handle = handle
    }

    /// - Parameter piece: whole lines.
    mutating func take(_ piece: Data) throws {
        for line in piece.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            lines += 1
            guard firstDifference == nil else { continue }
            if try handle.read(upToCount: line.count + 1) != line + Data("\n".utf8) { firstDifference = lines }
        }
    }

    /// - Returns: the first line that differs; one more than there are when the file goes on.
    func finish() throws -> Int? {
        if let firstDifference { return firstDifference }
        return try handle.read(upToCount: 1)?.isEmpty == false ? lines + 1 : nil
    }
}
