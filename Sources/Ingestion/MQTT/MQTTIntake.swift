import Domain
import Foundation
import Logging
import Synchronization

/// Makes events of messages, on the connection's thread; only who asks for ``sparkplugStatuses`` comes from elsewhere.
final class MQTTIntake: Sendable {
    private struct State {
        var keys: DeliveryKeys
        var sparkplug: SparkplugReader
        /// False until the journal was asked for its newest keys.
        var isRestored = false
        var log: UnreadableLog
    }

    private let router: MQTTRouter
    private let sink: any EventSink
    private let recall: any IdempotencyKeyRecall
    private let clock: any WallClock
    private let state: Mutex<State>

    init(
        router: MQTTRouter, sparkplug: SparkplugReader, sink: any EventSink, recall: any IdempotencyKeyRecall,
        clock: any WallClock, keys: DeliveryKeys, logger: Logger
    ) {
        self.router = router
        self.sink = sink
        self.recall = recall
        self.clock = clock
        state = Mutex(State(keys: keys, sparkplug: sparkplug, log: UnreadableLog(logger)))
    }

    func connected(sessionPresent: Bool) {
        state.withLock { state in
            // A failing journal fails again at the first message, which then stays with the broker.
            try? restore(&state)
            state.keys.connected(sessionPresent: sessionPresent)
            state.sparkplug.loseTrack(nowNs: Monotonic.nowNs())
        }
    }

    private func restore(_ state: inout State) throws {
        guard !state.isRestored else { return }
        let newest = try recall.newestIdempotencyKeys(
            prefix: state.keys.recallPrefix, limit: DeliveryKeys.copiesLimit)
        var sparkplug = state.sparkplug
        try sparkplug.restore { [recall] in try recall.newestIdempotencyKeys(prefix: $0, limit: 1).first }
        state.sparkplug = sparkplug
        state.keys.restore(newest)
        state.isRestored = true
    }

    /// - Throws: the sink's error; then no message may be acknowledged.
    func take(_ messages: [MQTTMessage]) throws {
        try state.withLock { state in
            guard state.isRestored else {
                // Refused, so that the reconnect restores first and then decides what is a redelivery.
                throw IntakeError.journalNotRead
            }
            var (keys, sparkplug) = (state.keys, state.sparkplug)
            var events: [Event] = []
            for message in messages where !router.ignores(message.topic) {
                let receivedAt = clock.now()
                if let told = sparkplug.read(message, receivedAt: receivedAt, nowNs: Monotonic.nowNs()) {
                    events += told
                } else {
                    events.append(try event(of: message, receivedAt, &keys))
                }
            }
            if !events.isEmpty { _ = try sink.accept(contentsOf: events) }
            (state.keys, state.sparkplug) = (keys, sparkplug)
            for event in events { state.log.note(event, nowNs: Monotonic.nowNs()) }
        }
    }

    /// What to publish now: requests to edge nodes whose messages cannot be understood.
    func requests() -> [MQTTConnection.Request] {
        state.withLock { state in
            state.sparkplug.dueRequests(nowNs: Monotonic.nowNs()).compactMap { node in
                guard let payload = try? SparkplugPayload.rebirthRequest(at: clock.now()).serializedData() else {
                    return nil
                }
                return MQTTConnection.Request(topic: node.commandTopic, payload: payload)
            }
        }
    }

    /// Messages that could not be read, since start.
    var unreadable: Int { state.withLock { $0.log.total } }

    var sparkplugStatuses: [LinkStatus] {
        state.withLock { $0.sparkplug.statuses(nowNs: Monotonic.nowNs()) }
    }

    private func event(of message: MQTTMessage, _ receivedAt: Date, _ keys: inout DeliveryKeys) throws -> Event {
        let (machine, reading) = router.read(message)
        return Event(
            idempotencyKey: try keys.next(message, id: reading.uniqueID, isHeld: recall.holds(idempotencyKey:)),
            source: .mqtt(topic: message.topic), machine: machine, receivedAt: receivedAt,
            payload: Payload(message.payload, ofByteCount: message.receivedByteCount), content: reading.content)
    }
}

/// Why a message was left with the broker before the sink saw it.
private enum IntakeError: Error, CustomStringConvertible {
    case journalNotRead

    var description: String { "the journal could not be asked which messages it holds" }
}
