import APIClient
import Domain
import Foundation
import Hummingbird
import Logging
import Platform
import ServiceLifecycle

/// The appliance's HTTP API on a Unix socket: nothing listens on the network.
///
/// `POST /v1/ask` takes an ``APIClient/AskRequest`` and streams ``APIClient/AskEvent``s as server-sent events;
/// `POST /v1/chat/completions` has the model answer a conversation, in a format that it cannot leave; `GET /v1/health`
/// answers `{"status":"ok"}`, `GET /v1/lines` how the lines to broker and machines stand; `POST /v1/resets` takes an
/// ``APIClient/ResetRequest``.
struct LocalAPI: Sendable {
    /// The longest request body that is read, in bytes.
    static let requestBytesLimit = 64 * 1024

    typealias Ask = @Sendable (AskRequest, _ onEvent: @escaping @Sendable (AskEvent) -> Void) async throws -> Answer

    typealias Complete = @Sendable (CompletionRequest) async throws -> Completion

    typealias Reset = @Sendable (ResetRequest) async throws -> MachineReset

    let socketPath: String
    let ask: Ask
    let complete: Complete
    let lines: @Sendable () -> [LinkStatus]
    let reset: Reset
    let logger: Logger

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
        let router = Router()
        router.get("v1/health") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: #"{"status":"ok"}"#)))
        }
        router.post("v1/ask") { request, context in
            let question: AskRequest = try await Self.decode(request, "a question")
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream"], body: answerStream(to: question))
        }
        router.post("v1/chat/completions") { request, _ in
            // Nobody waits for the answer of a client that went away.
            try await request.body.consumeWithCancellationOnInboundClose { body in
                try await completion(of: body.collect(upTo: CompletionRequest.bodyBytesLimit))
            }
        }
        router.get("v1/lines") { _, _ in try Self.document(lines()) }
        router.post("v1/resets") { request, _ in
            let order: ResetRequest = try await Self.decode(request, "an order to reset a machine")
            do {
                return try Self.document(try await reset(order))
            } catch let error as ApplianceError {
                throw HTTPError(.conflict, message: "\(error)")
            }
        }
        let path = socketPath
        return Application(
            router: router,
            configuration: .init(address: .unixDomainSocket(path: path), serverName: "andon"),
            onServerRunning: { _ in
                do {
                    try OwnFile.adopt(path, mode: 0o660)
                } catch {
                    logger.error("the API's socket is not for the service's group", metadata: ["error": "\(error)"])
                }
            },
            logger: logger)
    }

    private static func decode<Body: Decodable>(_ request: Request, _ what: String) async throws -> Body {
        let body = try await request.body.collect(upTo: requestBytesLimit)
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

    private func answerStream(to question: AskRequest) -> ResponseBody {
        let ask = ask
        let logger = logger
        return ResponseBody { writer in
            let (events, continuation) = AsyncStream.makeStream(of: AskEvent.self)
            let work = Task {
                do {
                    let answer = try await ask(question) { continuation.yield($0) }
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
            try await writer.finish(nil)
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
