import Foundation

/// Takes a file or folder away from this thread while a body runs, as it is for a user whom it does not belong to.
///
/// Root is refused nothing, so root's thread gets the file rights of `nobody` (setfsuid, of this thread alone); anybody
/// else loses the rights to what is theirs.
public func withoutRights<Value>(to path: String, _ body: () throws -> Value) throws -> Value {
    var status = stat()
    guard lstat(path, &status) == 0, chmod(path, 0) == 0 else { throw POSIXError(.EACCES) }
    defer { chmod(path, status.st_mode & 0o7777) }
    guard geteuid() == 0 else { return try body() }
    // Glibc's module leaves sys/fsuid.h out. The function is there in every Linux process, with this signature.
    guard let symbol = dlsym(nil, "setfsuid") else { throw POSIXError(.ENOSYS) }
    let setFileUser = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)
    _ = setFileUser(65534)
    defer { _ = setFileUser(0) }
    return try body()
}
