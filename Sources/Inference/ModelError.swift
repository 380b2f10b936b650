import GGUF
import Shaders
import VulkanCompute

/// Why a model could not be loaded or run.
public struct ModelError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that react differently; new kinds may be added.
    public struct Code: Hashable, Sendable {
        let name: String

        /// The file's architecture is not one of the registry's.
        public static let unsupportedArchitecture = Code(name: "unsupported architecture")
        /// A hyperparameter of the file is missing or out of bounds.
        public static let badHyperparameter = Code(name: "bad hyperparameter")
        /// A tensor is missing or has the wrong shape or format.
        public static let badTensor = Code(name: "bad tensor")
        /// The file cannot be read as GGUF.
        public static let badFile = Code(name: "bad file")
        /// Weights and cache do not fit the device's memory.
        public static let doesNotFit = Code(name: "does not fit the device")
        /// The request cannot be served as it stands: no tokens, unknown ids, too long for the context.
        public static let invalidRequest = Code(name: "invalid request")
        /// No token could be chosen: the constraint allows none, or the logits are not numbers.
        public static let noToken = Code(name: "no token to choose")
        /// The device failed; unless it is `.outOfMemory`, device and model must be made anew.
        public static let device = Code(name: "device")
    }

    /// The kind of failure.
    public let code: Code
    /// What was found, where, and what was expected.
    public let detail: String
    /// The device's own error, if it was the device that failed.
    public let deviceError: VulkanError?

    init(_ code: Code, _ detail: String, deviceError: VulkanError? = nil) {
        self.code = code
        self.detail = detail
        self.deviceError = deviceError
    }

    public var description: String { "\(code.name): \(detail)" }

    /// The error of a lower layer, or of a caller's closure, as this one.
    init(wrapping error: any Error) {
        switch error {
        case let error as ModelError: self = error
        case let error as VulkanError: self.init(.device, "\(error)", deviceError: error)
        case let error as ShaderError: self.init(.device, "\(error)")
        case let error as GGUFError:
            self.init(error.code == .missing ? .badHyperparameter : .badFile, "\(error)")
        default: self.init(.invalidRequest, "\(error)")
        }
    }

    /// Runs `body` and gives every error of it as a ``ModelError``.
    static func wrap<Result>(_ body: () throws -> Result) throws(ModelError) -> Result {
        do {
            return try body()
        } catch {
            throw ModelError(wrapping: error)
        }
    }
}
