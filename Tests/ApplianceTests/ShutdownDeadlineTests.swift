import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Appliance

@Suite("The end of the appliance")
struct ShutdownDeadlineTests {
    /// Stops when it is told to, whatever the appliance wants.
    private struct Stubborn: Service {
        let end: AsyncStream<Void>

        func run() async {
            for await _ in end {}
        }
    }

    @Test("a part that does not stop is given up")
    func overdue() async throws {
        let (end, stop) = AsyncStream.makeStream(of: Void.self)
        let (overdue, tell) = AsyncStream.makeStream(of: Void.self)
        var deadline = ShutdownDeadline { tell.yield() }
        deadline.limit = .milliseconds(1)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: Stubborn(end: end)), .init(service: deadline)],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let running = Task { try await group.run() }
        await group.triggerGracefulShutdown()
        for await _ in overdue { break }
        stop.finish()
        _ = await running.result
    }
}
