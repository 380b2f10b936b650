import Foundation

/// Why a file or folder could not be read, made or changed.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    public let path: String
    /// `errno`, or 0 where the file is there and is not what was expected.
    public let code: Int32
    /// What the system says, and for a refused permission who owns what and who asks.
    public let reason: String

    public init(_ path: String, code: Int32 = errno) {
        self.path = path
        self.code = code
        let text = String(cString: strerror(code))
        reason = code == EACCES || code == EPERM ? "\(text)\(FileError.permission(at: path))" : text
    }

    /// - Parameter expected: what the file is not.
    public init(_ path: String, expected: String) {
        self.path = path
        code = 0
        reason = "expected \(expected)"
    }

    /// Nothing is at the path.
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    public var description: String { "\(path): \(reason)" }

    /// The first part of the path that this process may not pass, its owner and its mode.
    private static func permission(at path: String) -> String {
        var refusing = path
        var folder = path as NSString
        while folder.length > 1 {
            folder = folder.deletingLastPathComponent as NSString
            guard !folder.isEqual(to: "") else { break }
            if faccessat(AT_FDCWD, folder as String, X_OK, AT_EACCESS) != 0 { refusing = folder as String }
        }
        var status = stat()
        guard lstat(refusing, &status) == 0 else { return "" }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        let process = "this process runs as \(userName(geteuid()))"
        return
            " (\(refusing) belongs to \(userName(status.st_uid)):\(groupName(status.st_gid)), mode 0\(mode); \(process))"
    }

    private static func userName(_ id: uid_t) -> String {
        getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "\(id)"
    }

    private static func groupName(_ id: gid_t) -> String {
        getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? "\(id)"
    }
}
