/// Why the running appliance gave no answer.
public struct APIError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// Nobody listens at the socket.
        case notRunning
        /// The appliance refused the request; the detail says why.
        case refused
        /// The request is longer than the model's context or the API takes.
        case tooLarge
        /// The appliance cannot take the request now, since it stops or has no connection left; nothing was done.
        case unavailable
        /// The connection broke after the request was sent: it may have been carried out.
        case noReply
        /// What came back is not what the API promises.
        case badResponse
    }

    public let code: Code
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public var description: String { detail }
}
