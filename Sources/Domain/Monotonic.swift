import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The time since the computer was started, which no one sets.
public enum Monotonic {
    public static func nowNs() -> Int64 {
        let time = now()
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func now() -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time
    }
}

/// A counting semaphore whose waits end by ``Monotonic``.
///
/// `DispatchSemaphore.wait(timeout:)` is `sem_timedwait` on Linux, which counts on the wall clock whatever time it is given:
/// a clock that is set back makes it wait for the whole step.
///
/// Unchecked: `count` is read and written with `mutex` held alone, and the two pointers stay valid, at one place as POSIX
/// wants it, from `init` to `deinit`.
public final class MonotonicSemaphore: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var count: Int

    public init(value: Int = 0) {
        count = value
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    public func signal() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        count += 1
        pthread_cond_signal(condition)
    }

    public func wait() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while count == 0 { pthread_cond_wait(condition, mutex) }
        count -= 1
    }

    /// - Parameter untilNs: of ``Monotonic``.
    /// - Returns: false when it was not signalled by then.
    public func wait(untilNs: Int64) -> Bool {
        let (seconds, nanoseconds) = max(0, untilNs).quotientAndRemainder(dividingBy: 1_000_000_000)
        var deadline = timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while count == 0 {
            guard pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { break }
        }
        guard count > 0 else { return false }
        count -= 1
        return true
    }

    /// - Returns: false when it was not signalled within the time.
    public func wait(milliseconds: Int) -> Bool {
        wait(untilNs: Monotonic.nowNs() + Int64(milliseconds) * 1_000_000)
    }
}
