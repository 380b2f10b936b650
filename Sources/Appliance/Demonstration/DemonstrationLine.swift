import Domain
import Foundation
import Ingestion
import Logging
import Synchronization

/// The demonstration's own MQTT client: speaks for the machines, and hears what the appliance answers.
final class DemonstrationLine: Sendable {
    private let connection: MQTTConnection
    private let plant: DemonstrationPlant
    private let inbox: Inbox

    /// Answers as they arrived, by topic.
    private final class Inbox: Sendable {
        let messages = Mutex<[(topic: String, payload: Data)]>([])
    }

    init(plant: DemonstrationPlant, configuration: Configuration, logger: Logger) throws {
        self.plant = plant
        let inbox = Inbox()
        self.inbox = inbox
        connection = try MQTTConnection(
            settings: MQTTSettings(
                host: plant.broker.host, port: plant.broker.port, clientID: "andon-demo-line", cleanSession: true),
            filters: [configuration.answersTopic.filter],
            handlers: MQTTConnection.Handlers(messages: { messages in
                inbox.messages.withLock { $0 += messages.map { ($0.topic, $0.payload) } }
            }),
            logger: logger)
        connection.start()
    }

    var isConnected: Bool { connection.status.state == .up }

    func disconnect() { connection.stop() }

    /// Does what the scene's machine does; typed codes are the caller's.
    func send(_ trigger: Scene.Trigger) async throws {
        switch trigger {
        case .mqtt(let machine, let payload):
            try await connection.publish(topic: DemonstrationPlant.topic(of: machine), payload: Data(payload.utf8))
        case .register(let value): plant.drive.set(DemonstrationPlant.faultRegister, to: value)
        case .typed: break
        }
    }

    func hasReceived(_ payload: Data, on topic: String) -> Bool {
        inbox.messages.withLock { $0.contains { $0.topic == topic && $0.payload == payload } }
    }
}
