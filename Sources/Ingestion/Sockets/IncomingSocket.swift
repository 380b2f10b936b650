import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// How long a server waits for a client that may be gone.
enum IncomingSocket {
    private static let sendTimeoutMs = 1000
    /// A client that lost its power is noticed after this long and three questions more.
    private static let aliveAfterSeconds: Int32 = 30
    private static let aliveEverySeconds: Int32 = 10
    private static let aliveQuestions: Int32 = 3

    /// Ends connections whose other end is gone (keep-alive), and replies that nobody takes.
    static func boundWaits(of descriptor: Int32) {
        var patience = timeval(tv_sec: sendTimeoutMs / 1000, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        set(1, SOL_SOCKET, SO_KEEPALIVE, descriptor)
        let tcp = Int32(IPPROTO_TCP)
        set(aliveAfterSeconds, tcp, TCP_KEEPIDLE, descriptor)
        set(aliveEverySeconds, tcp, TCP_KEEPINTVL, descriptor)
        set(aliveQuestions, tcp, TCP_KEEPCNT, descriptor)
    }

    private static func set(_ value: Int32, _ level: Int32, _ option: Int32, _ descriptor: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
