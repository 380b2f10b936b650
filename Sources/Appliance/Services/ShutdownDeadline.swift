import Dispatch
import ServiceLifecycle

/// Bounds how long the appliance takes to stop.
///
/// All that counts is in the journal before it is confirmed to anyone, so nothing is lost where a part does not stop in
/// time: a model that is being loaded, a name that is being resolved, a device that does not answer.
public struct ShutdownDeadline: Service {
    /// After this time the parts that have not stopped in their order are cancelled together.
    static let orderlyLimit = Duration.seconds(3)
    /// After this time nobody waits any longer.
    public static let limit = Duration.milliseconds(4_500)

    let onOverdue: @Sendable () -> Void
    var limit = ShutdownDeadline.limit

    init(onOverdue: @escaping @Sendable () -> Void) { self.onOverdue = onOverdue }

    public func run() async throws {
        try? await gracefulShutdown()
        // Not on the shared pool, which may be what is held up.
        DispatchQueue.global(qos: .userInitiated).asyncAfter(
            deadline: .now() + .milliseconds(Int(limit / .milliseconds(1)))
        ) { [onOverdue] in onOverdue() }
    }
}
