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
    /// How many of the newest messages are recognised when the broker sends its retained copy of them.
    static let copiesLimit = 4_096
    /// How far behind the newest identifier a repeated one may be: half of all, so that the other half is ahead of it.
    /// A broker's limit of unacknowledged messages is lower (mosquitto 2.0.11 means 20, and sends thousands).
    private static let repeatedWithin = 32_768

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
    private var lastPacketID: UInt16 = 0
    /// The next message may be one that was delivered before.
    private var isRedelivering = false
    private var copies = RecentKeys(limit: DeliveryKeys.copiesLimit)

    /// - Parameter client: the MQTT client id; packet identifiers of different clients have nothing in common.
    init(client: String) {
        prefix = "mqtt:at:" + DeliveryKeys.digest(client).prefix(16) + ":"
        generation = Generation(session: DeliveryKeys.newSession(), wraps: 0)
    }

    /// What to ask the journal for after a start, see ``restore(_:)``.
    var recallPrefix: String { prefix }

    /// Continues after a restart.
    ///
    /// - Parameter keys: the newest keys with ``recallPrefix``, newest first, up to ``copiesLimit``.
    mutating func restore(_ keys: [String]) {
        let deliveries = keys.compactMap(delivery)
        for delivery in deliveries.reversed() { copies.insert(key(delivery), digest: delivery.digest) }
        guard let newest = deliveries.first else { return }
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

    /// Gives the key of the next message. Messages that a sink refuses come again and are asked for again, so the caller
    /// goes back to the value of before them.
    ///
    /// - Parameters:
    ///   - id: the publisher's own id of the event.
    ///   - isHeld: whether the journal holds a key; asked only while the broker may be repeating itself.
    /// - Returns: nil for QoS 0, where nothing is ever delivered again.
    mutating func next(
        _ message: MQTTMessage, id: String?, isHeld: (String) throws -> Bool
    ) rethrows -> String? {
        if let id {
            let key = "mqtt:id:" + DeliveryKeys.digest(message.topic).prefix(32) + ":" + DeliveryKeys.name(id)
            if isRedelivering, message.qos > 0, !message.retained { isRedelivering = try isHeld(key) }
            return key
        }
        let digest = DeliveryKeys.digest(message.topic, message.identity)
        // The broker sends its retained message after each SUBSCRIBE: the same state is no new event.
        if message.retained { return copies[digest] ?? "mqtt:retained:" + digest }
        guard message.qos > 0 else { return nil }
        if isRedelivering, let repeated = repetition(message.packetID, digest) {
            let key = key(repeated)
            if try isHeld(key) { return key }
        }
        isRedelivering = false
        if message.packetID <= lastPacketID { generation.wraps += 1 }
        lastPacketID = message.packetID
        let key = key(Delivery(generation: generation, packetID: message.packetID, digest: digest))
        copies.insert(key, digest: digest)
        return key
    }

    /// The earlier delivery that this one repeats, if it was kept and is not new.
    private func repetition(_ packetID: UInt16, _ digest: String) -> Delivery? {
        // Above the newest: from before the identifiers started over.
        let isOfLastRun = packetID > lastPacketID
        let age = Int(lastPacketID) - Int(packetID) + (isOfLastRun ? Int(UInt16.max) : 0)
        guard age < DeliveryKeys.repeatedWithin else { return nil }
        var run = generation
        if isOfLastRun { run.wraps -= 1 }
        return Delivery(generation: run, packetID: packetID, digest: digest)
    }

    private func key(_ delivery: Delivery) -> String {
        let packetID = String(delivery.packetID)
        let padding = String(repeating: "0", count: 5 - packetID.count)
        return
            "\(prefix)\(delivery.generation.session):\(delivery.generation.wraps):\(padding)\(packetID):\(delivery.digest)"
    }

    /// An id as it is, where that is harmless in a key: those of one gateway mostly rise, and then their keys are neighbours
    /// in the journal's index, which a digest would scatter.
    private static func name(_ id: String) -> String {
        let isHarmless = (1...64).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isHarmless && !id.hasPrefix("#") ? id : "#" + digest(id)
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
