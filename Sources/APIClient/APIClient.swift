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
        let channel = try await connect()
        var reply = Reply()
        do {
            try await channel.executeThenClose { inbound, outbound in
                var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
                head.headers.add(name: "Host", value: "localhost")
                head.headers.add(name: "Content-Type", value: "application/json")
                head.headers.add(name: "Content-Length", value: String(body.readableBytes))
                head.headers.add(name: "Connection", value: "close")
                // At once: the appliance may answer and close before it has read the whole request, and then there is
                // nothing left to be written that could fail. Whether a write fails is seen by the reply alone.
                try? await outbound.write(contentsOf: [.head(head), .body(body), .end(nil)])
                for try await part in inbound {
                    try reply.take(part, onChunk: onChunk)
                    if reply.isWhole { return }
                }
            }
        } catch let error as APIError {
            throw error
        } catch  where reply.isWhole {
            // Nothing that happens to the connection takes back an answer that is here.
        } catch  where error is IOError || error is ChannelError || error is HTTPParserError {
            throw APIError(.noReply, "\(Reply.lost) (\(error))")
        }
        // A task that is cancelled reads an end.
        if !reply.isWhole { try Task.checkCancellation() }
        try reply.check()
    }

    /// How long a connection is tried for while the appliance has as many as it takes.
    private static let connectLimit = Duration.seconds(2)

    private func connect() async throws -> Channel {
        let deadline = ContinuousClock.now + Self.connectLimit
        while true {
            do {
                return try await open()
            } catch let error as IOError where error.errnoCode == EAGAIN && ContinuousClock.now < deadline {
                // The queue of a Unix socket is full; unlike with TCP nothing waits in the kernel then.
                try await Task.sleep(for: .milliseconds(20))
            } catch let error as IOError where [ENOENT, ECONNREFUSED, ENAMETOOLONG].contains(error.errnoCode) {
                throw APIError(.notRunning, "no appliance listens at \(socketPath)")
            } catch let error as IOError where error.errnoCode == EAGAIN {
                throw APIError(.unavailable, "\(socketPath): the appliance takes no more connections now")
            } catch is SocketAddressError {
                throw APIError(.notRunning, "no appliance can listen at \(socketPath): the path is too long")
            } catch let error as CancellationError {
                throw error
            } catch {
                throw APIError(.refused, "\(socketPath): \(error)")
            }
        }
    }

    private func open() async throws -> Channel {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
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
    }
}

/// What has come of a response.
private struct Reply {
    static let lost = "the connection to the appliance broke before its answer; the request may have been carried out"

    private var status: HTTPResponseStatus?
    private var refusal = ""
    private(set) var isWhole = false

    mutating func take(_ part: HTTPClientResponsePart, onChunk: (ByteBuffer) throws -> Void) throws {
        switch part {
        case .head(let head): status = head.status
        case .body(let chunk) where status == .ok: try onChunk(chunk)
        case .body(let chunk): refusal = String((refusal + String(buffer: chunk)).prefix(1000))
        case .end: isWhole = true
        }
    }

    func check() throws(APIError) {
        guard isWhole, let status else { throw APIError(.noReply, Self.lost) }
        guard status != .ok else { return }
        let code: APIError.Code =
            switch status {
            case .payloadTooLarge: .tooLarge
            case .serviceUnavailable: .unavailable
            default: .refused
            }
        throw APIError(code, "the appliance answered \(status): \(refusal)")
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
        context.fireErrorCaught(
            APIError(.noReply, "the appliance has said nothing for \(seconds) s; the request may have been carried out")
        )
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
