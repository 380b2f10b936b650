import Domain
import GRDB

/// Why the journal could not do what was asked. Each names the file; nothing is half-applied when one is thrown.
public enum JournalError: Error, Sendable, Hashable {
    /// No room on the volume: the event was not kept and must not be acknowledged.
    case diskFull(path: String)
    /// The volume has less than the reserve left, which is kept for what follows the events that are there: the event
    /// was not kept and must not be acknowledged.
    case reserveReached(path: String, freeBytes: Int, reserveBytes: Int)
    /// The volume reports read or write errors.
    case ioFailure(path: String, detail: String)
    /// The file, its folder or this access forbids writing.
    case readOnly(path: String)
    /// The file is damaged; `detail` says where SQLite noticed.
    case corrupt(path: String, detail: String)
    /// The file exists and holds nothing: a journal was there, for a new one gets its name only once it is whole.
    case emptied(path: String)
    /// The file is gone, and its `-wal` with the last commits is there.
    case lostMainFile(path: String)
    /// The file exists and is something else than a journal.
    case notAJournal(path: String, detail: String)
    case cannotOpen(path: String, detail: String)
    /// Another process kept the file locked for longer than `waitedSeconds`.
    case busy(path: String, waitedSeconds: Double)
    /// Written by a newer program: `unknown` are the schema versions that this one does not have.
    case newerSchema(path: String, unknown: [String])
    /// Read-only access does not migrate: the appliance has to open the file first.
    case olderSchema(path: String, missing: [String])
    case noSuchIncident(Incident.ID, path: String)
    /// The name of whoever acknowledges must have 1 to `limitBytes` bytes of UTF-8.
    case badAcknowledger(byteCount: Int, limitBytes: Int)
    /// Shelving takes 1 to `limitSeconds` seconds, other operations take none.
    case badShelving(seconds: Double?, limitSeconds: Double)
    case longReason(byteCount: Int, limitBytes: Int)
    /// Somebody else folded these entries meanwhile: read the pending entries again.
    case foldedMeanwhile(cursor: Int64, path: String)
    /// The changes do not belong, one to one and in order, to the pending entries.
    case changesDoNotMatch(expected: [Int64], found: [Int64])
    /// A line of an export is not what an export has there.
    case badExport(file: String, line: Int, expected: String)
    case cannotExport(path: String, detail: String)
    /// Any other answer of SQLite, with its extended result code.
    case unexpected(path: String, code: Int32, detail: String)

    /// The file is there and is not, or no longer, a journal that can be worked on.
    public var isLoss: Bool {
        switch self {
        case .corrupt, .emptied, .lostMainFile, .notAJournal: true
        default: false
        }
    }

    static let busyTimeoutSeconds = 10.0
    /// What to do about a file that cannot be worked on.
    private static let restoring =
        "Nothing was changed. Put a copy of the file in its place, together with the copy's -wal if it has one, or make a "
        + "journal of an export (andon replay EXPORT.jsonl --into NEW-DIRECTORY); to start without the past, move the "
        + "file and its -wal away."

    init(_ error: DatabaseError, path: String) {
        let detail = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_IOERR: self = .ioFailure(path: path, detail: "\(error.extendedResultCode): \(detail)")
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
        case .SQLITE_CORRUPT: self = .corrupt(path: path, detail: detail)
        case .SQLITE_NOTADB: self = .notAJournal(path: path, detail: detail)
        case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, detail: detail)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path, waitedSeconds: JournalError.busyTimeoutSeconds)
        default: self = .unexpected(path: path, code: error.extendedResultCode.rawValue, detail: detail)
        }
    }
}

extension JournalError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .diskFull(let path):
            "\(path): no space left; nothing was written. Free space on this volume: writing resumes by itself."
        case .reserveReached(let path, let freeBytes, let reserveBytes):
            "\(path): \(freeBytes >> 20) MiB are free, the reserve is \(reserveBytes >> 20) MiB: events are refused and stay "
                + "with their senders. Free space on this volume: work goes on by itself."
        case .badExport(let file, let line, let expected):
            "\(file):\(line): expected \(expected)."
        case .cannotExport(let path, let detail):
            "\(path): the journal cannot be exported there (\(detail)); nothing was deleted."
        case .ioFailure(let path, let detail):
            "\(path): the disk reports an error (\(detail)); nothing was written."
        case .readOnly(let path):
            "\(path): this journal cannot be written; expected write permission on the file and its folder."
        case .corrupt(let path, let detail):
            "\(path): the journal is damaged (\(detail)). \(JournalError.restoring)"
        case .emptied(let path):
            "\(path): the file has 0 bytes, so that a journal was lost here. \(JournalError.restoring)"
        case .lostMainFile(let path):
            "\(path): the journal is gone, but its last entries are in \(path)-wal. \(JournalError.restoring)"
        case .notAJournal(let path, let detail):
            "\(path): expected an Andon journal, found another file (\(detail)). \(JournalError.restoring)"
        case .cannotOpen(let path, let detail):
            "\(path): cannot be opened (\(detail))."
        case .busy(let path, let waitedSeconds):
            "\(path): another process has held the lock for \(waitedSeconds) s."
        case .newerSchema(let path, let unknown):
            "\(path): written by a newer Andon (schema \(unknown.joined(separator: ", "))); install that version."
        case .olderSchema(let path, let missing):
            "\(path): written by an older Andon (lacks schema \(missing.joined(separator: ", "))); "
                + "start the appliance once to migrate it."
        case .noSuchIncident(let id, let path):
            "\(path): no incident \(id)."
        case .badAcknowledger(let byteCount, let limitBytes):
            "by: expected a name of 1 to \(limitBytes) bytes, got \(byteCount)."
        case .badShelving(let seconds, let limitSeconds):
            "shelving time: expected 1 to \(Int(limitSeconds)) seconds, got \(seconds.map { "\($0)" } ?? "none")."
        case .longReason(let byteCount, let limitBytes):
            "reason: expected at most \(limitBytes) bytes, got \(byteCount)."
        case .foldedMeanwhile(let cursor, let path):
            "\(path): the entries after \(cursor) were folded by another process."
        case .changesDoNotMatch(let expected, let found):
            "changes: expected one for each of the entries \(expected), got \(found)."
        case .unexpected(let path, let code, let detail):
            "\(path): SQLite error \(code): \(detail)."
        }
    }
}
