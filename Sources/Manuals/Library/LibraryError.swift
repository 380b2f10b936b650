import Platform

/// Why the library could not be opened or changed; the current snapshot stays as it was.
public enum LibraryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process is changing the library.
    case busy(lock: String)
    /// `current` or the snapshot that it names is missing or damaged, and no whole snapshot lies beside it.
    case damaged(path: String, reason: String)
    /// Nobody can tell what the file holds, since this process may not read it or the disk does not give it.
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case noManual(file: String)
    case noWithheldRow(String)
    /// There is no earlier snapshot to go back to.
    case nothingToRollBack
    /// The new snapshot failed its checks and was not put in use.
    case checkFailed(String)

    init(unreadable error: FileError) { self = .unreadable(path: error.path, reason: error.reason) }

    /// The file was read and is not what it should be, as opposed to one that could not be read.
    var isDamage: Bool {
        if case .damaged = self { true } else { false }
    }

    public var description: String {
        switch self {
        case .busy(let lock): "another import is running (lock \(lock))"
        case .damaged(let path, let reason): "library damaged: \(path): \(reason)"
        case .unreadable(let path, let reason): "the library cannot be read: \(path): \(reason)"
        case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
        case .noManual(let file): "the library holds no manual \"\(file)\""
        case .noWithheldRow(let row): "no row \"\(row)\" is withheld; andon manual review lists those that are"
        case .nothingToRollBack: "there is no earlier library snapshot to go back to"
        case .checkFailed(let reason): "the new library snapshot failed its check and was not put in use: \(reason)"
        }
    }
}
