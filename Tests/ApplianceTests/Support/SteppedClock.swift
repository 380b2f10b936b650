import Foundation
import Testing

/// A wall clock that a test sets while a program runs.
///
/// A library that is loaded before libc (`LD_PRELOAD`) moves what the program reads as the wall clock, and has
/// `sem_timedwait` wait by it as the kernel does. Debian's libfaketime turns a wait's end into true time when the wait begins, so
/// that a step during it goes unnoticed.
struct SteppedClock {
    private static let source = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <semaphore.h>
        #include <stdio.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>
        static long step(void) {
            long seconds = 0;
            FILE *file = fopen(STEP_FILE, "re");
            if (file) { if (fscanf(file, "%ld", &seconds) != 1) seconds = 0; fclose(file); }
            return seconds;
        }
        int clock_gettime(clockid_t clock, struct timespec *time) {
            int code = syscall(SYS_clock_gettime, clock, time);
            if (!code && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += step();
            return code;
        }
        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        time_t time(time_t *out) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (out) *out = now.tv_sec;
            return now.tv_sec;
        }
        int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict end) {
            for (;;) {
                struct timespec now;
                if (!sem_trywait(semaphore)) return 0;
                clock_gettime(CLOCK_REALTIME, &now);
                if (now.tv_sec > end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec)) {
                    errno = ETIMEDOUT;
                    return -1;
                }
                usleep(1000);
            }
        }
        """

    private let file: URL
    /// For `LD_PRELOAD`.
    let library: String

    init(in folder: URL) throws {
        file = folder.appending(path: "clock-step")
        library = folder.appending(path: "stepped-clock.so").path
        let source = folder.appending(path: "stepped-clock.c")
        try Data(SteppedClock.source.utf8).write(to: source)
        try set(seconds: 0)
        let compiler = try Process.run(
            URL(filePath: "/usr/bin/gcc"),
            arguments: ["-shared", "-fPIC", "-DSTEP_FILE=\"\(file.path)\"", "-o", library, source.path])
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0)
    }

    /// - Parameter seconds: ahead of the true time.
    func set(seconds: Int) throws { try Data("\(seconds)\n".utf8).write(to: file, options: .atomic) }
}
