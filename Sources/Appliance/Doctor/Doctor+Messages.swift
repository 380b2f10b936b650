import Domain
import Foundation
import Ingestion
import Journal

/// What machines send that Andon cannot read, or should not have to.
extension Doctor {
    func unreadable() -> Check {
        let name = "unreadable messages"
        guard let journal = try? EventJournal(path: directory.journal.path, access: .readOnly),
            let count = try? journal.counters().unparseable, let newest = try? journal.unparseableEvents(limit: 1)
        else {
            // Why not, says the journal's own check.
            return Check(name, .good, "there is no journal to ask")
        }
        guard let event = newest.first?.event, case .unparseable(let reason) = event.content else {
            return Check(name, .good, "none")
        }
        let time = ISO8601DateFormatter().string(from: event.receivedAt)
        return Check(
            name, .warning,
            "\(count) are kept, the newest of \(time) from \(PrintableText.line(event.source.place)): "
                + PrintableText.line(reason),
            mend: "andon event list --unreadable shows them; correct the machine's profile, or what its gateway sends")
    }

    func messageLimit() -> Check {
        let name = "message size"
        guard let mqtt = configuration.mqtt else { return Check(name, .good, "no broker is configured") }
        guard mqtt.version == .v3 else {
            return Check(name, .good, "the broker is told to send at most \(MQTTMessage.bytesLimit) bytes")
        }
        return Check(
            name, .warning,
            "MQTT 3.1.1 lets the broker send messages of up to 256 MiB, which take twice that in memory",
            mend: "write message_size_limit \(MQTTMessage.bytesLimit) into mosquitto.conf, or version: \"5\" under mqtt"
        )
    }
}

extension MQTTSettings {
    /// A client that leaves no trace: of a name that nobody else has, without session, and without the appliance's presence,
    /// whose last will would tell the plant that the appliance is down.
    var forLooking: MQTTSettings {
        var settings = self
        settings.clientID += "-doctor-\(UUID().uuidString.prefix(8))"
        settings.cleanSession = true
        settings.statusTopic = nil
        settings.share = nil
        return settings
    }
}
