import Domain
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Which machine's events come on which topic, and what they look like.
public struct MQTTRoute: Sendable, Hashable {
    public let topic: TopicTemplate
    /// Nil where the topic names the machine (`{machine}`) or nobody does.
    public let machine: MachineID?
    public let payload: PayloadProfile

    public init(topic: TopicTemplate, machine: MachineID?, payload: PayloadProfile = .standard) {
        self.topic = topic
        self.machine = machine
        self.payload = payload
    }
}

/// Receives fault events over MQTT and hands each to the sink before it is acknowledged.
public final class MQTTSource: Service {
    private let connection: MQTTConnection
    private let intake: Intake

    /// - Parameters:
    ///   - routes: the first that matches a topic decides; put single machines before `{machine}` patterns.
    ///   - recall: of the same journal as `sink`.
    public init(
        settings: MQTTSettings, routes: [MQTTRoute], sink: any EventSink, recall: any IdempotencyKeyRecall,
        clock: any WallClock = SystemClock(), logger: Logger
    ) throws {
        let intake = Intake(
            routes: routes, sink: sink, recall: recall, clock: clock, keys: DeliveryKeys(client: settings.clientID))
        self.intake = intake
        connection = try MQTTConnection(
            settings: settings, filters: MQTTSource.filters(routes, share: settings.share),
            handlers: MQTTConnection.Handlers(
                connected: { intake.connected(sessionPresent: $0) }, messages: { try intake.take($0) }),
            logger: logger)
    }

    /// One filter for each set of routes that the broker would otherwise serve twice: overlapping subscriptions deliver
    /// a message once for each.
    ///
    /// - Parameter share: the group of appliances that divides them; a payload that is understood only in order goes to
    ///   each of them whole.
    static func filters(_ routes: [MQTTRoute], share: String? = nil) -> [String] {
        func widest(_ routes: [MQTTRoute]) -> [String] {
            var kept: [TopicTemplate] = []
            for topic in routes.map(\.topic) where !kept.contains(where: { $0.covers(topic) }) {
                kept.removeAll { topic.covers($0) }
                kept.append(topic)
            }
            return kept.map(\.filter)
        }
        guard let share else { return widest(routes) }
        return widest(routes.filter { !$0.payload.needsOrder }).map { "$share/\(share)/\($0)" }
            + widest(routes.filter(\.payload.needsOrder))
    }

    /// The connection to the broker.
    public var status: LinkStatus { connection.status }

    /// Receives until graceful shutdown.
    public func run() async throws {
        try await connection.run()
    }
}

/// Makes events of messages; called on the connection's thread only, the lock is never contended.
private final class Intake: Sendable {
    private struct State {
        var keys: DeliveryKeys
        /// False until the journal was asked for its newest keys.
        var isRestored = false
    }

    private let routes: [MQTTRoute]
    private let sink: any EventSink
    private let recall: any IdempotencyKeyRecall
    private let clock: any WallClock
    private let state: Mutex<State>

    init(
        routes: [MQTTRoute], sink: any EventSink, recall: any IdempotencyKeyRecall, clock: any WallClock,
        keys: DeliveryKeys
    ) {
        self.routes = routes
        self.sink = sink
        self.recall = recall
        self.clock = clock
        state = Mutex(State(keys: keys))
    }

    func connected(sessionPresent: Bool) {
        state.withLock { state in
            // A failing journal fails again at the first message, which then stays with the broker.
            try? restore(&state)
            state.keys.connected(sessionPresent: sessionPresent)
        }
    }

    private func restore(_ state: inout State) throws {
        guard !state.isRestored else { return }
        let newest = try recall.newestIdempotencyKeys(
            prefix: state.keys.recallPrefix, limit: DeliveryKeys.copiesLimit)
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
            var keys = state.keys
            let events = try messages.map { try event(of: $0, &keys) }
            _ = try sink.accept(contentsOf: events)
            state.keys = keys
        }
    }

    private func event(of message: MQTTMessage, _ keys: inout DeliveryKeys) throws -> Event {
        let (machine, payload) = route(message.topic)
        let reading = PayloadReader(profile: payload).read(message.payload)
        return Event(
            idempotencyKey: try keys.next(message, id: reading.id, isHeld: recall.holds(idempotencyKey:)),
            source: .mqtt(topic: message.topic), machine: machine, receivedAt: clock.now(),
            payload: Payload(message.payload), content: reading.content)
    }

    private func route(_ topic: String) -> (machine: MachineID?, payload: PayloadProfile) {
        for route in routes {
            guard let match = route.topic.match(topic) else { continue }
            return (route.machine ?? match.machine, route.payload)
        }
        return (nil, .standard)
    }
}

/// Why a message was left with the broker before the sink saw it.
private enum IntakeError: Error, CustomStringConvertible {
    case journalNotRead

    var description: String { "the journal could not be asked which messages it holds" }
}
