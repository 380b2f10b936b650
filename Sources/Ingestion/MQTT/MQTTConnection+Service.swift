import Domain
import ServiceLifecycle

extension MQTTConnection: Service {
    /// Stays connected until graceful shutdown.
    public func run() async throws {
        start()
        // Throws only when the task is cancelled, which ends the connection as well.
        try? await gracefulShutdown()
        await offSharedPool { self.stop() }
    }
}
