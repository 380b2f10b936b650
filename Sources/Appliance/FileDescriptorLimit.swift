import Foundation

/// How many files and connections the process may have open.
public enum FileDescriptorLimit {
    /// libmodbus waits with `select`, which takes no descriptor from this on (`FD_SETSIZE`) and ends the process instead.
    static let limit: rlim_t = 1024

    /// Lowers a limit over what `select` takes, so that a process that has too many open gets `EMFILE`.
    ///
    /// - Throws: ``ApplianceError/Code/serviceDown``.
    public static func apply() throws {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { throw failure() }
        guard limits.rlim_cur > limit else { return }
        limits.rlim_cur = limit
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { throw failure() }
    }

    private static func failure() -> ApplianceError {
        ApplianceError(.serviceDown, "cannot set RLIMIT_NOFILE: \(String(cString: strerror(errno)))")
    }
}
