import Dispatch
import Domain
import Logging
import ServiceLifecycle

/// Polls the fault registers of all Modbus machines and hands each change to the sink.
public final class ModbusSource: Service {
    private let pollers: [ModbusPoller]

    /// - Parameter recall: of the same journal as `sink`; tells which fault stood before a restart.
    public init(
        targets: [ModbusTarget], sink: any EventSink, recall: any IdempotencyKeyRecall,
        clock: any WallClock = SystemClock(), logger: Logger
    ) {
        pollers = targets.map { ModbusPoller($0, sink: sink, recall: recall, clock: clock, logger: logger) }
    }

    /// In the order of the targets.
    public var statuses: [LinkStatus] { pollers.map(\.status) }

    /// Polls until graceful shutdown; then waits for requests under way, at most twice the longest response timeout.
    public func run() async throws {
        for poller in pollers { poller.start() }
        try? await gracefulShutdown()
        for poller in pollers { poller.requestStop() }
        await withCheckedContinuation { (stopped: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                for poller in self.pollers { poller.waitUntilFinished() }
                stopped.resume()
            }
        }
    }
}
