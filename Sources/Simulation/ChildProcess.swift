import Dispatch
import Domain
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A child process that never outlives its parent, not even after SIGKILL.
///
/// util-linux's `setpriv` asks the kernel for the parent-death signal before it becomes the program. That signal comes
/// when the parent's *thread* ends, so the child is started by a thread that stays until the child is gone.
public final class ChildProcess: Sendable {
    private static let setpriv = "/usr/bin/setpriv"

    private struct State {
        var pid: pid_t = 0
        var startError: Int32 = 0
        /// As `waitpid` gives it; nil while the child runs.
        var exitStatus: Int32?
    }

    private let state = Mutex(State())
    private let started = DispatchSemaphore(value: 0)
    private let ended = MonotonicSemaphore()

    /// Starts a program in a process group of its own, so that Ctrl-C reaches only the parent, which then stops its
    /// children in order.
    ///
    /// - Parameters:
    ///   - arguments: the program's absolute path first.
    ///   - logFile: takes its output and error output.
    public init(_ arguments: [String], logFile: URL) throws {
        let thread = Thread { self.supervise(arguments, logFile: logFile.path) }
        thread.name = "child"
        thread.start()
        started.wait()
        let error = state.withLock { $0.startError }
        guard error == 0 else { throw SimulationError.system("cannot start \(arguments[0])", error) }
    }

    public var isRunning: Bool { state.withLock { $0.exitStatus == nil } }

    public var processID: Int32 { state.withLock { $0.pid } }

    /// Sends a signal, unless the child is gone.
    public func send(signal: Int32) {
        // Under the lock: the process id cannot be reaped and given to someone else in between.
        state.withLock { state in
            if state.exitStatus == nil { _ = kill(state.pid, signal) }
        }
    }

    /// Asks the child to end, kills it after `graceMs`, and waits until it is gone.
    public func stop(graceMs: Int = 5000) {
        send(signal: SIGTERM)
        if !ended.wait(milliseconds: graceMs) {
            send(signal: SIGKILL)
            ended.wait()
        }
        // Gone stays gone, for whoever stops it again.
        ended.signal()
    }

    private func supervise(_ arguments: [String], logFile: String) {
        let (pid, error) = ChildProcess.spawn(
            [ChildProcess.setpriv, "--pdeathsig", "KILL", "--"] + arguments, logFile: logFile)
        state.withLock { state in
            state.pid = pid
            state.startError = error
            if error != 0 { state.exitStatus = -1 }
        }
        started.signal()
        defer { ended.signal() }
        guard error == 0 else { return }
        // Waits without reaping, so that send(signal:) never meets a process id that is free again.
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        state.withLock { state in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
            state.exitStatus = status
        }
    }

    private static func spawn(_ arguments: [String], logFile: String) -> (pid: pid_t, error: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, logFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A connection that its parent closes would stand as long as the child has a copy.
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in descriptors.compactMap({ Int32($0) }) where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        // A child inherits what its parent blocks or ignores, and would be deaf to SIGTERM.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var pid: pid_t = 0
        let error = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, environ)
        return (pid, error)
    }
}
