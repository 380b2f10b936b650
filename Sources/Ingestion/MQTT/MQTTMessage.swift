import CMosquitto
import Crypto
import Domain
import Foundation

/// A message as the broker delivered it.
public struct MQTTMessage: Sendable, Hashable {
    public let topic: String
    /// Of a message over ``bytesLimit`` the head.
    public let payload: Data
    /// Length as received, in bytes.
    public let receivedByteCount: Int
    /// Quality of service of this delivery; 0 cannot be redelivered.
    public let qos: Int
    /// True when the broker sent what it had kept for new subscribers, false for a live message.
    public let retained: Bool
    /// The packet identifier, the same when the broker delivers the message again; 0 with QoS 0.
    public let packetID: UInt16

    /// What tells the payload from any other: itself, or of one that was cut its SHA-256.
    let identity: Data

    /// The longest payload that is taken whole, in bytes; a log event has a few hundred. A broker that speaks MQTT 5 is told.
    public static let bytesLimit = 1024 * 1024

    init(topic: String, payload: Data, qos: Int, retained: Bool, packetID: UInt16) {
        self.topic = topic
        self.payload = payload
        receivedByteCount = payload.count
        identity = payload
        self.qos = qos
        self.retained = retained
        self.packetID = packetID
    }

    init(_ message: mosquitto_message) {
        topic = String(cString: message.topic)
        // Never copied whole: of 250 MB libmosquitto alone holds two copies at this moment.
        let received = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
        receivedByteCount = received.count
        if received.count > MQTTMessage.bytesLimit {
            payload = Data(received.prefix(Payload.keptBytesLimit))
            identity = Data(SHA256.hash(data: received))
        } else {
            payload = Data(received)
            identity = payload
        }
        qos = Int(message.qos)
        retained = message.retain
        packetID = UInt16(truncatingIfNeeded: message.mid)
    }
}
