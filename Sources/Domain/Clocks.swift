import Foundation

/// The appliance's clocks, replaced by hand in tests.
public protocol WallClock: Sendable {
    /// For people; may be wrong and may jump.
    func now() -> Date
    /// For distances in time; never jumps while the computer runs.
    func uptime() -> Uptime
}

/// How long a computer has been running.
public struct Uptime: Sendable, Hashable {
    /// Since the computer started, time in suspension included.
    public let seconds: Double
    /// Differs after every start.
    public let boot: String

    public init(seconds: Double, boot: String) {
        self.seconds = seconds
        self.boot = boot
    }
}

extension WallClock {
    /// Of a clock that knows nothing better: as steady as its wall time.
    public func uptime() -> Uptime { Uptime(seconds: now().timeIntervalSince1970, boot: "") }
}

/// The computer's clocks.
public struct SystemClock: WallClock {
    /// `proc(5)`, `/proc/sys/kernel/random/boot_id`; empty where the kernel gives none.
    private static let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""

    public init() {}

    public func now() -> Date { Date() }

    public func uptime() -> Uptime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Uptime(
            seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, boot: SystemClock.boot)
    }
}

/// A time that never goes back, whatever is done to the wall clock: what distances between journal entries are taken of.
///
/// While the computer runs it advances with the uptime. Over a restart it advances by the wall clock's difference, or
/// stands still when that was set back.
public struct SteadyTime: Sendable, Hashable {
    public let seconds: Double
    public let wall: Date
    public let uptime: Uptime

    public init(seconds: Double, wall: Date, uptime: Uptime) {
        self.seconds = seconds
        self.wall = wall
        self.uptime = uptime
    }

    public func advanced(wall: Date, uptime: Uptime) -> SteadyTime {
        let passed =
            uptime.boot == self.uptime.boot
            ? uptime.seconds - self.uptime.seconds : wall.timeIntervalSince(self.wall)
        return SteadyTime(seconds: seconds + max(0, passed), wall: wall, uptime: uptime)
    }
}
