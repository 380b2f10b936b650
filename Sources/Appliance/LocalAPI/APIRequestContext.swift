import Hummingbird
import NIOCore

/// What a route knows of its request.
struct APIRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection that it came on.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Reads the body.
    ///
    /// - Parameter limit: after this time the connection is closed: who sends byte by byte takes a place from the others.
    func collect(_ body: RequestBody, upTo bytes: Int, within limit: TimeAmount) async throws -> ByteBuffer {
        let channel = channel
        let overdue = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        defer { overdue.cancel() }
        return try await body.collect(upTo: bytes)
    }
}
