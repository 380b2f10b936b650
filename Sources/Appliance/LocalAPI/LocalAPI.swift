import APIClient
import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore
import Platform
import ServiceLifecycle
import Synchronization

/// The appliance's HTTP API on a Unix socket: nothing listens on the network.
///
/// `POST /v1/ask` takes an ``APIClient/AskRequest`` and streams ``APIClient/AskEvent``s as server-sent events;
/// `POST /v1/chat/completions` has the model answer a conversation, in a format that it cannot leave; `GET /v1/health`
/// answers `{"status":"ok"}`, `GET /v1/lines` how the lines to broker and machines stand; `POST /v1/resets` takes an
/// ``APIClient/ResetRequest``.
struct LocalAPI: Sendable {
    /// The longest request body that is read, in bytes.
    static let requestBytesLimit = 64 * 1024
    /// How long a body may take to arrive.
    static let bodyTimeLimit = TimeAmount.seconds(30)
    /// How long a connection may say nothing while no request of it is being answered; a head that has not arrived whole
    /// counts as nothing.
    static let idleLimit = TimeAmount.seconds(60)

    typealias Ask = @Sendable (AskRequest, _ onEvent: @escaping @Sendable (AskEvent) -> Void) async throws -> Answer

    typealias Complete = @Sendable (CompletionRequest) async throws -> Completion

    typealias Reset = @Sendable (ResetRequest) async throws -> MachineReset

    let socketPath: String
    let ask: Ask
    let complete: Complete
    let lines: @Sendable () -> [LinkStatus]
    let reset: Reset
    let logger: Logger
    var connections = APIConnections()
    var bodyTimeLimit = LocalAPI.bodyTimeLimit
    var idleLimit = LocalAPI.idleLimit

    /// The service to run in the appliance's group.
    ///
    /// - Throws: ``ApplianceError/Code/serviceDown`` when another appliance listens at the socket.
    func makeService() throws -> some ApplicationProtocol {
        guard socketPath.utf8.count < UnixSocket.pathBytesLimit else {
            throw ApplianceError(
                .dataDirectory,
                "\(socketPath): expected a socket path of under \(UnixSocket.pathBytesLimit) bytes; choose a shorter --data"
            )
        }
        try removeStaleSocket()
        let router = Router(context: APIRequestContext.self)
        router.get("v1/health") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: #"{"status":"ok"}"#)))
        }
        router.post("v1/ask") { request, context in
            let question: AskRequest = try await decode(request, context, "a question")
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream"],
                body: answerStream(to: question, on: context.channel))
        }
        router.post("v1/chat/completions") { request, context in try await completion(of: request, context) }
        router.get("v1/lines") { _, _ in try Self.document(lines()) }
        router.post("v1/resets") { request, context in
            let order: ResetRequest = try await decode(request, context, "an order to reset a machine")
            do {
                return try Self.document(
                    try await connections.answering(on: context.channel) { try await reset(order) })
            } catch let error as ApplianceError {
                throw HTTPError(.conflict, message: "\(error)")
            }
        }
        let path = socketPath
        return Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionCounter(connections)], idleTimeout: idleLimit)),
            configuration: .init(address: .unixDomainSocket(path: path), serverName: "andon"),
            onServerRunning: { listener in
                do {
                    try OwnFile.adopt(path, mode: 0o660)
                } catch {
                    logger.error("the API's socket is not for the service's group", metadata: ["error": "\(error)"])
                }
                // First, since the handler that waits after a failure keeps it to itself.
                try? await listener.pipeline.addHandler(AcceptFailures(logger: logger), position: .first).get()
            },
            logger: logger)
    }

    private func decode<Body: Decodable>(
        _ request: Request, _ context: APIRequestContext, _ what: String
    ) async throws -> Body {
        let body = try await context.collect(request.body, upTo: Self.requestBytesLimit, within: bodyTimeLimit)
        do {
            return try JSONDecoder().decode(Body.self, from: Data(body.readableBytesView))
        } catch {
            throw HTTPError(.badRequest, message: "the body is not \(what): \(error)")
        }
    }

    private static func document(_ value: some Encodable) throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }

    private func answerStream(to question: AskRequest, on channel: any Channel) -> ResponseBody {
        let ask = ask
        let logger = logger
        let connections = connections
        return ResponseBody { writer in
            try await connections.answering(on: channel) {
                let (events, continuation) = AsyncStream.makeStream(of: AskEvent.self)
                let work = Task {
                    do {
                        let answer = try await Self.untilStopped { try await ask(question) { continuation.yield($0) } }
                        continuation.yield(.answer(answer))
                    } catch {
                        logger.warning("question refused", metadata: ["error": "\(error)"])
                        continuation.yield(.failed("\(error)"))
                    }
                    continuation.finish()
                }
                // A client that goes away makes the next write throw; then the work for it ends too.
                defer { work.cancel() }
                for await event in events {
                    try await writer.write(ServerSentEvents.encode(JSONEncoder().encode(event)))
                }
            }
            try await writer.finish(nil)
        }
    }

    /// Does work that nobody waits for when the appliance stops.
    ///
    /// - Throws: an error that says so, once it stops.
    static func untilStopped<Result: Sendable>(
        _ work: @Sendable @escaping () async throws -> Result
    ) async throws -> Result {
        let isStopping = Atomic(false)
        return try await withGracefulShutdownHandler {
            do {
                return try await cancelWhenGracefulShutdown(work)
            } catch  where isStopping.load(ordering: .acquiring) {
                throw HTTPError(.serviceUnavailable, message: "the appliance is stopping; ask again after its start")
            }
        } onGracefulShutdown: {
            isStopping.store(true, ordering: .releasing)
        }
    }

    /// A socket file outlives a killed process; only a live listener makes it somebody else's.
    private func removeStaleSocket() throws {
        guard FileManager.default.fileExists(atPath: socketPath) else { return }
        guard !UnixSocket.hasListener(at: socketPath) else {
            throw ApplianceError(
                .serviceDown,
                "\(socketPath): another appliance listens there; stop it, or choose another --data directory")
        }
        guard UnixSocket.isSocket(at: socketPath) else {
            throw ApplianceError(.dataDirectory, "\(socketPath): expected a socket or nothing, found another file")
        }
        try FileManager.default.removeItem(atPath: socketPath)
    }
}
