import CMosquitto

/// What stands, retained, at ``MQTTSettings/statusTopic``: `{"client":"andon-plant-1","state":"up"}`, or `down` once the
/// client has left or, by its last will, is gone.
public struct MQTTPresence: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable { case up, down }

    /// Where the appliances of all sites say it.
    public static let topics = TopicTemplate(levels: ["andon", "status", "+"])

    /// Where the appliance of one site says it.
    public static func topic(site: String) -> String { "andon/status/\(site)" }

    public let client: String
    public let state: State
}

extension MQTTConnection {
    /// The broker publishes the will when the connection ends without DISCONNECT, such as by a power cut.
    func leaveWill() -> Int32 {
        guard let topic = settings.statusTopic else { return MOSQ_ERR_SUCCESS.rawValue }
        let payload = MQTTPresence(client: settings.clientID, state: .down).sortedJSON
        return payload.withUnsafeBytes {
            mosquitto_will_set(client, topic, Int32($0.count), $0.baseAddress, 1, true)
        }
    }

    /// Queues the state as a retained message; a connection that is not there has its will.
    func tellPresence(_ state: MQTTPresence.State) {
        guard let topic = settings.statusTopic, isConnected else { return }
        let payload = MQTTPresence(client: settings.clientID, state: state).sortedJSON
        _ = payload.withUnsafeBytes {
            mosquitto_publish(client, nil, topic, Int32($0.count), $0.baseAddress, 1, true)
        }
    }
}
