import Dispatch

/// Runs work that blocks for long, such as loading a model, where it holds up none of the shared pool's threads.
public func offSharedPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
            continuation.resume(with: Result { try body() })
        }
    }
}
