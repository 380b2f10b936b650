import Domain
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Talks HTTP over the Unix socket of the appliance that runs on this machine.
public struct APIClient: Sendable {
    public let socketPath: String

    public init(socketPath: String) { self.socketPath = socketPath }

    /// Asks one question and hands on each part of the answer as it comes.
    ///
    /// - Returns: the whole answer.
    /// - Throws: ``APIError``.
    public func ask(_ request: AskRequest, onEvent: (AskEvent) throws -> Void) async throws -> Answer {
        let body = ByteBuffer(bytes: try JSONEncoder().encode(request))
        var events = ServerSentEvents()
        var answer: Answer?
        try await send(.POST, "/v1/ask", body: body) { chunk in
            for data in try events.append(chunk) {
                let event: AskEvent
                do {
                    event = try JSONDecoder().decode(AskEvent.self, from: data)
                } catch {
                    throw APIError(.badResponse, "the appliance sent an event that cannot be read: \(error)")
                }
                if case .failed(let reason) = event { throw APIError(.refused, reason) }
                if case .answer(let whole) = event { answer = whole }
                try onEvent(event)
            }
        }
        guard let answer else { throw APIError(.badResponse, "the appliance ended the stream without an answer") }
        return answer
    }

    /// Has the appliance's model answer a conversation.
    ///
    /// - Throws: ``APIError``.
    public func complete(_ request: ChatCompletionRequest) async throws -> ChatCompletion {
        try await exchange(.POST, "/v1/chat/completions", body: ByteBuffer(bytes: try JSONEncoder().encode(request)))
    }

    /// How the appliance's lines to its broker and machines stand.
    ///
    /// - Throws: ``APIError``.
    public func lines() async throws -> [LinkStatus] {
        try await exchange(.GET, "/v1/lines", body: ByteBuffer())
    }

    /// Has the appliance reset a machine.
    ///
    /// - Returns: what came of it.
    /// - Throws: ``APIError`` where nothing was tried.
    public func reset(_ request: ResetRequest) async throws -> MachineReset {
        try await exchange(.POST, "/v1/resets", body: ByteBuffer(bytes: try JSONEncoder().encode(request)))
    }

    /// Sends a request and reads the document that answers it.
    private func exchange<Reply: Decodable>(
        _ method: HTTPMethod, _ path: String, body: ByteBuffer
    ) async throws -> Reply {
        var reply = ByteBuffer()
        try await send(method, path, body: body) {
            guard reply.readableBytes + $0.readableBytes <= ServerSentEvents.eventBytesLimit else {
                throw APIError(.badResponse, "the answer has over \(ServerSentEvents.eventBytesLimit) bytes")
            }
            reply.writeImmutableBuffer($0)
        }
        do {
            return try JSONDecoder().decode(Reply.self, from: Data(reply.readableBytesView))
        } catch {
            throw APIError(.badResponse, "the appliance sent an answer that cannot be read: \(error)")
        }
    }

    /// Whether an appliance listens at the socket.
    public func isServing() async -> Bool {
        (try? await send(.GET, "/v1/health", body: ByteBuffer()) { _ in }) != nil
    }

    /// An answer sends something at each step; one that takes this long for a step has none to come.
    private static let silenceLimit = TimeAmount.minutes(5)

    private typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>>

    private func send(
        _ method: HTTPMethod, _ path: String, body: ByteBuffer, onChunk: (ByteBuffer) throws -> Void
    ) async throws {
        try await connect().executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
            head.headers.add(name: "Host", value: "localhost")
            head.headers.add(name: "Content-Type", value: "application/json")
            head.headers.add(name: "Content-Length", value: String(body.readableBytes))
            head.headers.add(name: "Connection", value: "close")
            try await outbound.write(.head(head))
            try await outbound.write(.body(body))
            try await outbound.write(.end(nil))
            var status = HTTPResponseStatus.ok
            var refusal = ""
            for try await part in inbound {
                switch part {
                case .head(let head): status = head.status
                case .body(let chunk) where status == .ok: try onChunk(chunk)
                case .body(let chunk): refusal = String((refusal + String(buffer: chunk)).prefix(1000))
                case .end:
                    guard status == .ok else {
                        let code: APIError.Code = status == .payloadTooLarge ? .tooLarge : .refused
                        throw APIError(code, "the appliance answered \(status): \(refusal)")
                    }
                    return
                }
            }
            throw APIError(.badResponse, "the appliance closed the connection in the middle of its answer")
        }
    }

    private func connect() async throws -> Channel {
        do {
            return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(2))
                .connect(unixDomainSocketPath: socketPath) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(
                            IdleStateHandler(readTimeout: Self.silenceLimit), SilenceHandler(limit: Self.silenceLimit))
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(RequestPartAdapter())
                        return try Channel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch let error as IOError where [ENOENT, ECONNREFUSED, ENAMETOOLONG].contains(error.errnoCode) {
            throw APIError(.notRunning, "no appliance listens at \(socketPath)")
        } catch is SocketAddressError {
            throw APIError(.notRunning, "no appliance can listen at \(socketPath): the path is too long")
        } catch {
            throw APIError(.refused, "\(socketPath): \(error)")
        }
    }
}

/// Ends a connection on which the appliance has said nothing for too long.
private final class SilenceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let limit: TimeAmount

    init(limit: TimeAmount) { self.limit = limit }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? IdleStateHandler.IdleStateEvent == .read else {
            return context.fireUserInboundEventTriggered(event)
        }
        let seconds = limit.nanoseconds / 1_000_000_000
        context.fireErrorCaught(APIError(.badResponse, "the appliance has said nothing for \(seconds) s"))
        context.close(promise: nil)
    }
}

/// Lets the asynchronous writer send plain byte buffers where NIO's encoder wants `IOData`.
private final class RequestPartAdapter: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPRequestHead, ByteBuffer>
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part: HTTPClientRequestPart =
            switch unwrapOutboundIn(data) {
            case .head(let head): .head(head)
            case .body(let buffer): .body(.byteBuffer(buffer))
            case .end(let trailers): .end(trailers)
            }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
