import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A TCP proxy on a loopback port that breaks connections in the middle of a reply, as a device that loses power does.
public final class FaultyProxy: Sendable {
    private struct State {
        /// Of the next reply this many bytes are passed on, then both sides are closed.
        var nextCut: Int?
        var cuts = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let listener: Int32
    private let target: UInt16
    private let finished = DispatchSemaphore(value: 0)

    public let host = "127.0.0.1"
    public let port: UInt16

    /// - Parameter target: the port of 127.0.0.1 that the connections go to.
    public init(to target: UInt16) throws {
        (listener, port) = try LoopbackPort.listen()
        self.target = target
        let thread = Thread { self.serve() }
        thread.name = "proxy"
        thread.start()
    }

    /// Replies that were broken off so far.
    public var cutCount: Int { state.withLock { $0.cuts } }

    /// Breaks off the next reply after `bytes` of it.
    public func cutNextReply(after bytes: Int) { state.withLock { $0.nextCut = bytes } }

    public func stop() {
        state.withLock { $0.isStopping = true }
        shutdown(listener, Int32(SHUT_RDWR))
        finished.wait()
        finished.signal()
    }

    private func serve() {
        /// Each client's descriptor and its own connection to the target.
        var pairs: [(client: Int32, server: Int32)] = []
        defer {
            for pair in pairs { FaultyProxy.closeBoth(pair) }
            close(listener)
            finished.signal()
        }
        while !state.withLock({ $0.isStopping }) {
            var polled = ([listener] + pairs.flatMap { [$0.client, $0.server] }).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            let ready = Set(polled.filter { $0.revents != 0 }.map(\.fd))
            pairs.removeAll { pair in
                let isWell =
                    (!ready.contains(pair.client) || FaultyProxy.pass(pair.client, pair.server, limit: nil))
                    && (!ready.contains(pair.server) || passReply(pair))
                if !isWell { FaultyProxy.closeBoth(pair) }
                return !isWell
            }
            if ready.contains(listener), let pair = acceptPair() { pairs.append(pair) }
        }
    }

    private func acceptPair() -> (client: Int32, server: Int32)? {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return nil }
        guard let server = LoopbackPort.connect(to: target) else {
            close(client)
            return nil
        }
        return (client, server)
    }

    private func passReply(_ pair: (client: Int32, server: Int32)) -> Bool {
        let cut = state.withLock { state in
            defer { state.nextCut = nil }
            return state.nextCut
        }
        let isWell = FaultyProxy.pass(pair.server, pair.client, limit: cut)
        guard cut != nil else { return isWell }
        state.withLock { $0.cuts += 1 }
        return false
    }

    /// - Returns: false when one side has gone.
    private static func pass(_ from: Int32, _ to: Int32, limit: Int?) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(from, &bytes, bytes.count)
        guard count > 0 else { return false }
        let passed = min(count, limit ?? count)
        return passed == 0 || send(to, bytes, passed, Int32(MSG_NOSIGNAL)) == passed
    }

    private static func closeBoth(_ pair: (client: Int32, server: Int32)) {
        close(pair.client)
        close(pair.server)
    }
}
