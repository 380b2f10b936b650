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
        /// The file's architecture is known, but the file asks for a variant of it that is not implemented.
        public static let unsupportedVariant = Code(name: "unsupported variant")
        /// A hyperparameter of the file is missing or out of bounds.
        public static let badHyperparameter = Code(name: "bad hyperparameter")
        /// A tensor is missing or has the wrong shape or format.
        public static let badTensor = Code(name: "bad tensor")
        /// The file cannot be read as GGUF.
        public static let badFile = Code(name: "bad file")
        /// The file is not the one that the caller expects: its digest is another one.
        public static let wrongContent = Code(name: "wrong content")
        /// The caller ended the load.
        public static let cancelled = Code(name: "cancelled")
        /// A kernel profile asks for more than the device has.
        public static let badProfile = Code(name: "bad kernel profile")
        /// A kernel gives wrong results on the device, and no other one can stand in for it.
        public static let selfTest = Code(name: "self-test")
        /// Weights and cache do not fit the device's memory.
        public static let doesNotFit = Code(name: "does not fit the device")
        /// The request cannot be served as it stands: no tokens, unknown ids, parameters out of range.
        public static let invalidRequest = Code(name: "invalid request")
        /// The prompt is longer than the context.
        public static let contextOverflow = Code(name: "context overflow")
        /// As many requests are under way or waiting as are taken; one may come later.
        public static let busy = Code(name: "busy")
        /// The scheduler was shut down before the request was done.
        public static let stopped = Code(name: "stopped")
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

    /// Whether device and model must be made anew.
    public var isDeviceFault: Bool { code == .device && deviceError?.code != .outOfMemory }

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
