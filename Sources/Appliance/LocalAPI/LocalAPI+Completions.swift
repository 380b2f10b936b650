import APIClient
import ConstrainedDecoding
import Foundation
import Hummingbird
import Inference

extension LocalAPI {
    /// Answers `POST /v1/chat/completions`.
    ///
    /// Nobody waits for the answer of a client that went away: what comes after the request is read meanwhile, to see it
    /// go. So another request cannot follow on the connection, and every answer says so.
    func completion(of request: Request, _ context: APIRequestContext) async throws -> Response {
        var response: Response
        do {
            response = try await connections.answering(on: context.channel) {
                try await request.body.consumeWithCancellationOnInboundClose { body in
                    try await completion(
                        of: context.collect(body, upTo: CompletionRequest.bodyBytesLimit, within: bodyTimeLimit))
                }
            }
        } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        }
        response.headers[.connection] = "close"
        return response
    }

    private func completion(of body: ByteBuffer) async throws -> Response {
        let complete = complete
        let completion: Completion
        do {
            let request = try CompletionRequest(body: body.readableBytesView)
            completion = try await Self.untilStopped { try await complete(request) }
        } catch let error as HTTPError {
            throw error
        } catch {
            logger.warning("completion refused", metadata: ["error": "\(error)"])
            throw HTTPError(Self.status(of: error), message: "\(error)")
        }
        let answer = ChatCompletion(
            id: "andon-\(UUID().uuidString)", created: Int(Date().timeIntervalSince1970), model: completion.model,
            text: completion.text, isTruncated: completion.isTruncated, promptTokens: completion.promptTokens,
            completionTokens: completion.completionTokens)
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(answer))))
    }

    private static func status(of error: any Error) -> HTTPResponse.Status {
        switch error {
        case is RequestBodyError, is SchemaError: .badRequest
        case let error as ModelError:
            switch error.code {
            case .busy: .tooManyRequests
            case .contextOverflow: .contentTooLarge
            case .invalidRequest: .badRequest
            default: .serviceUnavailable
            }
        case is ApplianceError: .serviceUnavailable
        default: .internalServerError
        }
    }
}
