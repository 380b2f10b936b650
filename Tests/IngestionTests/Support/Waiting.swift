import Logging
import ServiceLifecycle
import Testing

/// Waits until `condition` holds; the deadline is far above anything a healthy run needs.
func until(
    _ what: Comment, within seconds: Int = 240, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        try #require(ContinuousClock.now < deadline, "still waiting: \(what)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Runs a service while `body` runs, then shuts it down gracefully.
func running<Result: Sendable>(
    _ service: any Service, _ body: @Sendable () async throws -> Result
) async throws -> Result {
    let group = ServiceGroup(configuration: .init(services: [service], logger: quiet))
    async let finished: Void = group.run()
    do {
        let result = try await body()
        await group.triggerGracefulShutdown()
        try await finished
        return result
    } catch {
        await group.triggerGracefulShutdown()
        try await finished
        throw error
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
