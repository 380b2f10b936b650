import Glibc

/// The CPU time of the thread that asks: what it computes, without what it waits for.
enum ThreadClock {
    static func nowMs() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }
}
