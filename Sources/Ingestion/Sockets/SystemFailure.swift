import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// An error number of the operating system, in words for whoever can mend it.
struct SystemFailure: Error, Sendable, Hashable {
    let number: Int32

    /// What ended a connection attempt; nil when nothing did.
    static func pending(at socket: Int32) -> SystemFailure? {
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &length) == 0, number != 0 else { return nil }
        return SystemFailure(number: number)
    }

    /// No descriptors are left, of this process or of the computer.
    var isExhaustion: Bool { number == EMFILE || number == ENFILE }

    /// The other end took the connection and ended it: it is there, and did not like what it heard.
    var isRefusalToTalk: Bool { number == ECONNRESET || number == EPIPE }

    var text: String {
        let reason = String(cString: strerror(number))
        guard isExhaustion else { return reason }
        return
            "no file descriptors are left (\(reason)); raise LimitNOFILE of the service, and look at who holds so many "
            + "connections"
    }

    /// - Parameter endpoint: what was to be reached.
    func text(reaching endpoint: String) -> String {
        switch number {
        case ECONNREFUSED: "nothing listens at \(endpoint) (\(text)); start it, or correct host and port"
        default: "\(endpoint) cannot be reached: \(text)"
        }
    }
}
