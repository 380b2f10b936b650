import CMosquitto
import Foundation

/// A message as the broker delivered it.
public struct MQTTMessage: Sendable, Hashable {
    public let topic: String
    public let payload: Data
    /// Quality of service of this delivery; 0 cannot be redelivered.
    public let qos: Int
    /// True when the broker sent what it had kept for new subscribers, false for a live message.
    public let retained: Bool
    /// The packet identifier, the same when the broker delivers the message again; 0 with QoS 0.
    public let packetID: UInt16

    init(topic: String, payload: Data, qos: Int, retained: Bool, packetID: UInt16) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retained = retained
        self.packetID = packetID
    }

    init(_ message: mosquitto_message) {
        topic = String(cString: message.topic)
        payload = message.payload.map { Data(bytes: $0, count: Int(message.payloadlen)) } ?? Data()
        qos = Int(message.qos)
        retained = message.retain
        packetID = UInt16(truncatingIfNeeded: message.mid)
    }
}
