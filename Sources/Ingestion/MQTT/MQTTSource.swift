import Domain
import Logging
import ServiceLifecycle

/// Receives fault events over MQTT and hands each to the sink before it is acknowledged.
public final class MQTTSource: Service {
    private let connection: MQTTConnection
    private let intake: MQTTIntake

    /// - Parameters:
    ///   - routes: the narrowest that matches a topic decides.
    ///   - sparkplug: machines at edge nodes, each at an address of its own; their topics go before the routes.
    ///   - ownTopics: what Andon publishes itself, beside ``MQTTPresence/topics``: no event, when a wildcard brings it back.
    ///   - recall: of the same journal as `sink`.
    public init(
        settings: MQTTSettings, routes: [MQTTRoute], sparkplug: [SparkplugMachine] = [],
        ownTopics: [TopicTemplate] = [], sink: any EventSink,
        recall: any IdempotencyKeyRecall, clock: any WallClock = SystemClock(), logger: Logger
    ) throws {
        let intake = MQTTIntake(
            router: MQTTRouter(routes, ignoring: ownTopics + [MQTTPresence.topics]),
            sparkplug: SparkplugReader(machines: sparkplug), sink: sink, recall: recall, clock: clock,
            keys: DeliveryKeys(client: settings.clientID), logger: logger)
        self.intake = intake
        connection = try MQTTConnection(
            settings: settings,
            filters: MQTTSource.filters(
                routes.map(\.topic), inOrder: sparkplug.map(\.address.node.topics), share: settings.share),
            handlers: MQTTConnection.Handlers(
                connected: { intake.connected(sessionPresent: $0) }, messages: { try intake.take($0) },
                requests: { intake.requests() }),
            logger: logger)
    }

    /// One filter for each set of topics that the broker would otherwise serve twice: overlapping subscriptions deliver a
    /// message once for each.
    ///
    /// - Parameters:
    ///   - inOrder: filters whose messages say something only together with those before them.
    ///   - share: the group of appliances that divides the messages of `topics`; those in order go to each of them whole.
    static func filters(_ topics: [TopicTemplate], inOrder: [TopicTemplate] = [], share: String? = nil) -> [String] {
        func widest(_ topics: [TopicTemplate]) -> [String] {
            var kept: [TopicTemplate] = []
            for topic in topics where !kept.contains(where: { $0.covers(topic) }) {
                kept.removeAll { topic.covers($0) }
                kept.append(topic)
            }
            return kept.map(\.filter)
        }
        guard let share else { return widest(topics + inOrder) }
        return widest(topics).map { "$share/\(share)/\($0)" } + widest(inOrder)
    }

    /// The connection to the broker.
    public var status: LinkStatus {
        var status = connection.status
        status.malformed = intake.unreadable
        return status
    }

    /// The connection to the broker, and each machine at an edge node.
    public var statuses: [LinkStatus] { [status] + intake.sparkplugStatuses }

    /// Receives until graceful shutdown.
    public func run() async throws {
        try await connection.run()
    }
}
