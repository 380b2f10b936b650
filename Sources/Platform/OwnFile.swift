import Foundation

/// Files and folders that Andon makes for itself, and reads again.
///
/// They have the same modes whatever the umask is, and belong to the owner of the folder that they lie in, also where
/// root makes them: the service's user must be able to read what the first import made. What lies at their names is
/// never followed elsewhere.
public enum OwnFile {
    /// For the owner to write, for the group to read.
    public static let fileMode: mode_t = 0o640
    public static let folderMode: mode_t = 0o750

    /// Whether something is at the path.
    ///
    /// - Throws: where that cannot be told, such as in a folder that this process may not enter.
    public static func exists(_ path: String) throws(FileError) -> Bool { try status(of: path) != nil }

    /// What lies at the path itself, a symbolic link unfollowed; nil when nothing does.
    public static func status(of path: String) throws(FileError) -> stat? {
        var status = stat()
        guard lstat(path, &status) != 0 else { return status }
        let error = FileError(path)
        guard error.isMissing else { throw error }
        return nil
    }

    /// The names in a folder, sorted; none where the folder is not there.
    public static func names(in folder: String) throws(FileError) -> [String] {
        guard let stream = opendir(folder) else {
            let error = FileError(folder)
            guard error.code == ENOENT else { throw error }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            // The name is an array of bytes that ends with a NUL inside the entry.
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileError(folder) }
        return names.sorted()
    }

    /// The bytes of a regular file.
    ///
    /// - Throws: for anything else, a symbolic link too, and for one of more than `limit` bytes.
    public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        // A pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ELOOP ? FileError(path, expected: "a file, found a symbolic link") : FileError(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, expected: "a regular file") }
        guard status.st_size <= limit else { throw FileError(path, expected: "at most \(limit) bytes") }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count <= limit {
            let result = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw FileError(path) }
            guard result > 0 else { return Array(bytes.prefix(count)) }
            count += result
        }
        throw FileError(path, expected: "at most \(limit) bytes")
    }

    /// Makes a file that is not there yet. - Returns: its descriptor, to read and write.
    public static func create(_ path: String, mode: mode_t = fileMode) throws(FileError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError(path) }
        do throws(FileError) {
            guard fchmod(descriptor, mode) == 0 else { throw FileError(path) }
            if let owner = try newOwner(in: folder(of: path)), fchown(descriptor, owner.user, owner.group) != 0 {
                throw FileError(path)
            }
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        return descriptor
    }

    /// Opens a file for reading and writing, made where there is none.
    static func openOrCreate(_ path: String) throws(FileError) -> Int32 {
        do {
            return try create(path)
        } catch {
            guard error.code == EEXIST else { throw error }
            let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError(path) }
            return descriptor
        }
    }

    /// Makes a folder, and those above it that are missing.
    public static func createFolder(_ path: String) throws(FileError) {
        if mkdir(path, folderMode) == 0 {
            try adopt(path, mode: folderMode)
        } else if errno == ENOENT, folder(of: path) != path {
            try createFolder(folder(of: path))
            try createFolder(path)
        } else {
            let error = FileError(path)
            var status = stat()
            // Followed: a site may lay a folder on another disk.
            guard error.code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw error
            }
        }
    }

    /// Gives what somebody else has just made, such as SQLite or a server, the mode and owner of Andon's own files.
    ///
    /// By its path and never by a descriptor: closing any descriptor of an SQLite file drops the locks that SQLite holds
    /// on it in this process.
    public static func adopt(_ path: String, mode: mode_t = fileMode) throws(FileError) {
        guard let status = try status(of: path) else { return }
        guard status.st_mode & S_IFMT != S_IFLNK else { throw FileError(path, expected: "no symbolic link") }
        if status.st_mode & 0o7777 != mode, chmod(path, mode) != 0 { throw FileError(path) }
        if let owner = try newOwner(in: folder(of: path)), lchown(path, owner.user, owner.group) != 0 {
            throw FileError(path)
        }
    }

    /// Puts a file in the place of another: the old one or the new one is there, whole and durable, whatever happens.
    ///
    /// - Parameter temporary: a name beside it that nobody else uses.
    public static func replace(_ path: String, with bytes: [UInt8], temporary: String) throws(FileError) {
        let descriptor = try create(temporary)
        do throws(FileError) {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, temporary)
            guard fsync(descriptor) == 0 else { throw FileError(temporary) }
            try move(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Copies a regular file to a new one beside the others.
    public static func copy(_ path: String, to target: String) throws(FileError) {
        let source = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard source >= 0 else { throw FileError(path) }
        defer { close(source) }
        let descriptor = try create(target)
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(source, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path) }
            if count == 0 { return }
            try write(Array(buffer.prefix(count)), to: descriptor, target)
        }
    }

    /// Writes all bytes to a descriptor. - Parameter path: of its file, for an error.
    public static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let result = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw FileError(path) }
            written += result
        }
    }

    /// Renames a file whose bytes are on the disk; durable when it returns.
    public static func move(_ path: String, to target: String) throws(FileError) {
        guard rename(path, target) == 0 else { throw FileError(target) }
        try sync(folder(of: target))
    }

    /// Forces a file or folder to the disk.
    public static func sync(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(path) }
    }

    private static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    /// Who is to own what is made in a folder; nil where that is this process already, or it may not give it away.
    private static func newOwner(in folder: String) throws(FileError) -> (user: uid_t, group: gid_t)? {
        guard geteuid() == 0 else { return nil }
        var status = stat()
        guard stat(folder, &status) == 0 else { throw FileError(folder) }
        return (status.st_uid, status.st_gid) == (0, getegid()) ? nil : (status.st_uid, status.st_gid)
    }
}
