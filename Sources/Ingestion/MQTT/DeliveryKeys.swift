import Crypto
import Domain
import Foundation

/// Gives each MQTT message its idempotency key, so that what the broker delivers again makes no second event.
///
/// A message with an id of its own is known by that. One without is known by the packet identifier of its delivery and
/// a digest of topic and payload: the broker repeats an unacknowledged message under its old identifier, while an equal
/// message that was published again comes under a new one. Identifiers count up to 65,535 and start over, so a delivery
/// counts as repeated only where MQTT lets one occur: after a connection whose session the broker kept, before the first
/// message that is new. See the module's note for the failure cases.
struct DeliveryKeys: Sendable {
    /// How many of the newest deliveries can be recognised; above every broker's usual number of unacknowledged messages
    /// (mosquitto: 20).
    static let rememberedLimit = 128

    private struct Delivery: Sendable, Hashable {
        let generation: Generation
        let packetID: UInt16
        let digest: String
    }

    /// A run of packet identifiers that only rise.
    private struct Generation: Sendable, Hashable {
        /// Random; changes when the broker has lost the session and counts from 1 again.
        var session: String
        /// Counts how often the identifiers started over within the session.
        var wraps: Int
    }

    private let prefix: String
    private var generation: Generation
    /// Oldest first.
    private var remembered: [Delivery] = []
    private var lastPacketID: UInt16 = 0
    /// The next message may be one that was delivered before.
    private(set) var isRedelivering = false

    /// - Parameter client: the MQTT client id; packet identifiers of different clients have nothing in common.
    init(client: String) {
        prefix = "mqtt:at:" + DeliveryKeys.digest(client).prefix(16) + ":"
        generation = Generation(session: DeliveryKeys.newSession(), wraps: 0)
    }

    /// What to ask the journal for after a start, see ``restore(_:)``.
    var recallPrefix: String { prefix }

    /// Continues after a restart.
    ///
    /// - Parameter keys: the newest keys with ``recallPrefix``, newest first.
    mutating func restore(_ keys: [String]) {
        remembered = keys.compactMap(delivery).reversed()
        guard let newest = remembered.last else { return }
        generation = newest.generation
        lastPacketID = newest.packetID
    }

    /// Call on each CONNACK.
    mutating func connected(sessionPresent: Bool) {
        isRedelivering = sessionPresent
        guard !sessionPresent else { return }
        generation = Generation(session: DeliveryKeys.newSession(), wraps: 0)
        lastPacketID = 0
    }

    /// The key of a message, to be settled by ``accepted(_:_:)`` when the sink has it.
    ///
    /// - Parameter id: the publisher's own id of the event.
    /// - Returns: nil for QoS 0, where nothing is ever delivered again.
    func key(of message: MQTTMessage, id: String?) -> String? {
        if let id { return "mqtt:id:" + DeliveryKeys.digest(message.topic, Data(id.utf8)) }
        let digest = DeliveryKeys.digest(message.topic, message.payload)
        if message.retained {
            // The broker sends its retained message after each SUBSCRIBE: the same state is no new event.
            return remembered.last { $0.digest == digest }.map(key) ?? "mqtt:retained:" + digest
        }
        guard message.qos > 0 else { return nil }
        let repeated = remembered.last {
            $0.packetID == message.packetID && $0.digest == digest && $0.generation.session == generation.session
        }
        if isRedelivering, let repeated { return key(repeated) }
        var current = generation
        if message.packetID <= lastPacketID { current.wraps += 1 }
        return key(Delivery(generation: current, packetID: message.packetID, digest: digest))
    }

    /// Remembers what the sink has, and closes the window of redelivery with the first message that it had not.
    mutating func accepted(_ key: String?, _ acceptance: Acceptance) {
        if case .appended = acceptance { isRedelivering = false }
        // A duplicate that is not remembered was kept by a sink that then failed: this is its first acceptance.
        guard let key, let delivery = delivery(key), !remembered.contains(delivery) else { return }
        generation = delivery.generation
        lastPacketID = delivery.packetID
        remembered.append(delivery)
        if remembered.count > DeliveryKeys.rememberedLimit { remembered.removeFirst() }
    }

    private func key(_ delivery: Delivery) -> String {
        "\(prefix)\(delivery.generation.session):\(delivery.generation.wraps):\(delivery.packetID):\(delivery.digest)"
    }

    private func delivery(_ key: String) -> Delivery? {
        guard key.hasPrefix(prefix) else { return nil }
        let parts = key.dropFirst(prefix.count).split(separator: ":")
        guard parts.count == 4, let wraps = Int(parts[1]), let packetID = UInt16(parts[2]) else { return nil }
        return Delivery(
            generation: Generation(session: String(parts[0]), wraps: wraps), packetID: packetID,
            digest: String(parts[3]))
    }

    private static func newSession() -> String { String(UInt64.random(in: 0...UInt64.max), radix: 16) }

    private static func digest(_ topic: String, _ payload: Data = Data()) -> String {
        var hash = SHA256()
        hash.update(data: Data(topic.utf8))
        hash.update(data: Data([0]))
        hash.update(data: payload)
        return hash.finalize().hexadecimal
    }
}
