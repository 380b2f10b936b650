import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// TCP connections that are made within a time, and never with `select(2)`.
enum OutgoingSocket {
    struct Failure: Error, Sendable, Hashable {
        let reason: String
    }

    /// - Parameter timeoutMs: for each of the host's addresses.
    /// - Returns: a socket that blocks in nothing and is closed in child processes.
    static func connect(_ host: String, _ port: UInt16, timeoutMs: Int32) throws(Failure) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0, let first = list else { throw Failure(reason: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
        var failure = Failure(reason: "it has no address")
        for address in sequence(first: first.pointee, next: { $0.ai_next?.pointee }) {
            switch connect(address, timeoutMs) {
            case .success(let descriptor): return descriptor
            case .failure(let reason): failure = reason
            }
        }
        throw failure
    }

    private static func connect(_ address: addrinfo, _ timeoutMs: Int32) -> Result<Int32, Failure> {
        let kind = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, kind, address.ai_protocol)
        guard descriptor >= 0 else { return .failure(Failure(reason: SystemFailure(number: errno).text)) }
        var number: Int32 = 0
        if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 { number = errno }
        if number == EINPROGRESS {
            let isSettled = isReady(descriptor, POLLOUT, timeoutMs: timeoutMs)
            number = isSettled ? SystemFailure.pending(at: descriptor)?.number ?? 0 : ETIMEDOUT
        }
        guard number == 0 else {
            close(descriptor)
            return .failure(Failure(reason: SystemFailure(number: number).text))
        }
        // Requests are small and wait for their replies.
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        return .success(descriptor)
    }

    static func isReady(_ descriptor: Int32, _ events: Int32, timeoutMs: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&polled, 1, timeoutMs) > 0
    }
}
