import NIOCore
import Synchronization

/// The connections to the API, of which there are never more than a few: who opens thousands and says nothing must take no
/// descriptor from the lines to machines, and must shut nobody out.
///
/// A connection over the limit takes the place of the one that has been idle for longest; where none is idle it is closed
/// itself.
final class APIConnections: Sendable {
    /// Terminals, programs that ask, and a margin; each may be a process of its own that stays connected.
    static let limit = 128

    private struct Connection {
        let channel: any Channel
        /// Requests that are being answered.
        var requests = 0
        /// Counts up: when it was last opened or gave an answer, among all of them.
        var lastUse: UInt64
    }

    private struct State {
        var connections: [ObjectIdentifier: Connection] = [:]
        var uses: UInt64 = 0

        mutating func use() -> UInt64 {
            uses += 1
            return uses
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int = APIConnections.limit) { self.limit = limit }

    var count: Int { state.withLock { $0.connections.count } }

    /// Takes a connection in.
    func open(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let victim = state.withLock { state -> (any Channel)? in
            state.connections[id] = Connection(channel: channel, lastUse: state.use())
            guard state.connections.count > limit else { return nil }
            // The newcomer itself is the one used last of all.
            let idle = state.connections.values.filter { $0.requests == 0 }
            return idle.min { $0.lastUse < $1.lastUse }?.channel
        }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { _ = $0.connections.removeValue(forKey: id) }
        }
        victim?.close(promise: nil)
    }

    /// Keeps a connection open while it is being answered.
    func answering<Result>(on channel: any Channel, _ body: () async throws -> Result) async rethrows -> Result {
        count(channel, by: 1)
        defer { count(channel, by: -1) }
        return try await body()
    }

    private func count(_ channel: any Channel, by difference: Int) {
        state.withLock { state in
            let use = state.use()
            state.connections[ObjectIdentifier(channel)]?.requests += difference
            state.connections[ObjectIdentifier(channel)]?.lastUse = use
        }
    }
}

/// Takes each connection into ``APIConnections``.
final class ConnectionCounter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let connections: APIConnections

    init(_ connections: APIConnections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) { connections.open(context.channel) }
}
