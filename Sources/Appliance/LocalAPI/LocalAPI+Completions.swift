import APIClient
import ConstrainedDecoding
import Foundation
import Hummingbird
import Inference

extension LocalAPI {
    /// Answers the body of `POST /v1/chat/completions`.
    func completion(of body: ByteBuffer) async throws -> Response {
        let completion: Completion
        do {
            completion = try await complete(CompletionRequest(body: body.readableBytesView))
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
