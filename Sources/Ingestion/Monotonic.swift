import Dispatch

/// The time since the computer was started, which no one sets.
enum Monotonic {
    static func nowNs() -> Int64 { Int64(DispatchTime.now().uptimeNanoseconds) }
}
