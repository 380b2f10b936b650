import CMosquitto
import Foundation

/// Notices that the broker threw messages away, which no other packet tells.
extension MQTTConnection {
    /// How many messages mosquitto dropped for all clients since it was started; other brokers send nothing there.
    static let droppedTopic = "$SYS/broker/publish/messages/dropped"

    /// Not among the subscriptions that must stand: a broker may refuse it.
    func watchDrops() { mosquitto_subscribe(client, nil, MQTTConnection.droppedTopic, 0) }

    func noteDropped(_ message: MQTTMessage) {
        guard let total = Int(String(decoding: message.payload, as: UTF8.self)) else { return }
        let more = state.withLock { state -> Int in
            // A smaller number is that of a broker which was started anew.
            defer { state.droppedByBroker = total }
            let more = total - (total < state.droppedByBroker ? 0 : state.droppedByBroker)
            guard more > 0 else { return 0 }
            state.status.lastError = MQTTConnection.text(ofDropped: more)
            return more
        }
        if more > 0 { logger.error("MQTT: \(MQTTConnection.text(ofDropped: more))") }
    }

    private static func text(ofDropped count: Int) -> String {
        "the broker dropped \(count) messages that were queued for some client; raise max_queued_messages in its configuration"
    }
}
