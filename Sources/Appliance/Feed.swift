import Domain
import Synchronization
import Troubleshooting

/// What happens inside the running appliance, for whoever watches: the demonstration, the line terminal, logs.
public enum ApplianceEvent: Sendable {
    /// A journal entry was folded into the incidents.
    case changed(IncidentChange)
    /// The part of an answer that is verified so far.
    case progress(Incident, AnswerProgress)
    case answered(Incident, Answer)
    /// The answer to this incident reached the broker.
    case delivered(incident: Int64)
}

/// Hands each ``ApplianceEvent`` to every subscriber.
public final class Feed: Sendable {
    private struct State {
        var nextID = 0
        var subscribers: [Int: AsyncStream<ApplianceEvent>.Continuation] = [:]
    }

    /// How many events a slow subscriber may lag behind before it loses the oldest.
    private static let lagLimit = 10_000

    private let state = Mutex(State())

    public init() {}

    /// A stream of everything that happens from now on; it ends when the reader lets go of it.
    public func subscribe() -> AsyncStream<ApplianceEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ApplianceEvent.self, bufferingPolicy: .bufferingNewest(Self.lagLimit))
        let id = state.withLock { state in
            state.nextID += 1
            state.subscribers[state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.subscribers.removeValue(forKey: id) }
        }
        return stream
    }

    public func send(_ event: ApplianceEvent) {
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for subscriber in subscribers { subscriber.yield(event) }
    }
}

/// Wakes a waiting loop; many calls before it wakes count once.
final class Wakeup: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func signal() { continuation.yield() }

    /// Does the work now and after each ``signal()``, until the task is cancelled; work that throws is done again after
    /// the pause.
    func drive(
        retryPause: Duration, onError: (any Error) -> Void, _ work: () async throws -> Void
    ) async {
        signal()
        for await _ in stream {
            do {
                try await work()
            } catch is CancellationError {
                return
            } catch {
                onError(error)
                guard (try? await Task.sleep(for: retryPause)) != nil else { return }
                signal()
            }
        }
    }
}
