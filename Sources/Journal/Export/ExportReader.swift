import Domain
import Foundation
import GRDB

/// Reads an export line by line, with every length bounded.
struct ExportReader {
    /// Longest line, in bytes: a payload of 256 KiB in base64 and its fields fit well.
    static let lineBytesLimit = 8 << 20

    private let file: String
    private let handle: FileHandle
    private var buffer = Data()
    private var isAtEnd = false
    private(set) var lineNumber = 0

    /// - Throws: ``JournalError/badExport(file:line:expected:)``.
    init(file: String) throws {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw JournalError.badExport(file: file, line: 0, expected: "a readable export of a journal")
        }
        self.file = file
        self.handle = handle
    }

    mutating func header() throws -> ExportHeader {
        guard let line = try nextLine(), let header = try? JSONDecoder().decode(ExportHeader.self, from: line),
            header.andonJournal == ExportHeader.currentFormat
        else { throw problem("a header with \"andon_journal\":\(ExportHeader.currentFormat)") }
        return header
    }

    /// - Returns: nil at the end of the file.
    mutating func next() throws -> ExportLine? {
        guard let bytes = try nextLine() else { return nil }
        do {
            return try JSONDecoder().decode(ExportLine.self, from: bytes)
        } catch {
            throw problem("an object with kind, sequence and fields (\(error))")
        }
    }

    func problem(_ expected: String) -> JournalError {
        .badExport(file: file, line: lineNumber, expected: expected)
    }

    private mutating func nextLine() throws -> Data? {
        lineNumber += 1
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer = Data(buffer[(end + 1)...]) }
                return Data(buffer[..<end])
            }
            guard buffer.count <= Self.lineBytesLimit else {
                throw problem("a line of at most \(Self.lineBytesLimit) bytes")
            }
            guard !isAtEnd else {
                guard buffer.isEmpty else { throw problem("a line end: the file is cut off") }
                return nil
            }
            let more = try handle.read(upToCount: 64 << 10) ?? Data()
            isAtEnd = more.isEmpty
            buffer += more
        }
    }
}

extension EventJournal {
    /// Entries written in one transaction while a journal is restored.
    private static let restoreBatchLength = 500

    /// Makes a new journal of the entries of an export; fold it, and it holds the same incidents.
    ///
    /// - Parameters:
    ///   - file: what ``export(rules:write:)`` wrote.
    ///   - path: where no file is yet.
    /// - Returns: the journal, with the export's rules.
    /// - Throws: ``JournalError/badExport(file:line:expected:)`` naming file, line and expectation.
    public static func restore(
        export file: String, to path: String, clock: any WallClock = SystemClock()
    ) throws -> EventJournal {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw JournalError.cannotOpen(path: path, detail: "there is a file already; restoring needs a new one")
        }
        var reader = try ExportReader(file: file)
        let header = try reader.header()
        let journal = try EventJournal(path: path, clock: clock)
        try journal.writing { database in
            try database.execute(sql: "UPDATE identity SET id = ?", arguments: [header.journal])
            guard let rules = header.rules else { return }
            try begin(rules: rules, by: "program:andon replay", at: clock.now(), database)
        }
        var last: Int64 = 0
        var isAtEntries = true
        while isAtEntries {
            isAtEntries = try journal.writing { database in
                for _ in 0..<restoreBatchLength {
                    guard let line = try reader.next() else { return false }
                    guard let kind = EntryKind(rawValue: line.kind) else {
                        guard ["incident", "group", "transition"].contains(line.kind) else {
                            throw reader.problem("a kind of entry, got \"\(line.kind)\"")
                        }
                        return false
                    }
                    guard line.sequence > last else { throw reader.problem("a sequence above \(last)") }
                    last = line.sequence
                    do {
                        try line.insert(kind, database)
                    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                        throw reader.problem("the fields of an entry of kind \(line.kind) (\(error.message ?? ""))")
                    }
                }
                return true
            }
        }
        return journal
    }
}

extension ExportLine {
    fileprivate func insert(_ kind: EntryKind, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO entry (sequence, kind, steady, wall) VALUES (?, ?, ?, ?)",
            arguments: [sequence, kind.rawValue, steady, wall])
        try database.execute(sql: "UPDATE clock SET steady = ?, wall = ?, boot = ''", arguments: [steady, wall])
        guard let table = kind.table else { return }
        let values = kind.columns.map { fields[$0]?.databaseValue ?? .null }
        let marks = Array(repeating: "?", count: values.count + 1).joined(separator: ", ")
        try database.cachedStatement(
            sql: "INSERT INTO \(table) (sequence, \(kind.columns.joined(separator: ", "))) VALUES (\(marks))"
        ).execute(arguments: StatementArguments([sequence.databaseValue] + values))
        if kind == .answer {
            // It went out, or was given up, when it was new.
            try database.execute(
                sql: "INSERT INTO delivery (incident, delivered_at) VALUES (?, ?)",
                arguments: [fields["incident"]?.databaseValue, wall])
        }
    }
}
