import CMosquitto

/// What can go wrong between the appliance and its broker.
public enum MQTTError: Error, Sendable, Hashable, CustomStringConvertible {
    case passwordFile(path: String, expected: String)
    /// A setting that libmosquitto refuses before it connects.
    case setting(String, reason: String)
    case notConnected(endpoint: String)
    /// The broker did not confirm in time; it may have the message all the same.
    case unconfirmed(topic: String, timeoutMs: Int)
    case refusedPublish(topic: String, reason: String)
    case stopped

    public var description: String {
        switch self {
        case .passwordFile(let path, let expected): "\(path): expected \(expected)"
        case .setting(let name, let reason): "MQTT \(name): \(reason)"
        case .notConnected(let endpoint): "not connected to the MQTT broker at \(endpoint)"
        case .unconfirmed(let topic, let timeoutMs):
            "the MQTT broker did not confirm a message to \(topic) within \(timeoutMs) ms"
        case .refusedPublish(let topic, let reason): "cannot publish to \(topic): \(reason)"
        case .stopped: "the MQTT connection was stopped"
        }
    }

    /// The text of a libmosquitto return code.
    static func text(_ code: Int32) -> String {
        mosquitto_strerror(code).map { String(cString: $0) } ?? "libmosquitto error \(code)"
    }

    /// From here on a code is one that the broker sent (MQTT 5, §2.4), not libmosquitto's.
    static let firstReasonCode: Int32 = 0x80

    static func text(reasonCode code: Int32) -> String {
        mosquitto_reason_string(code).map { String(cString: $0) } ?? "reason code \(code)"
    }

    /// Of a CONNACK.
    static func text(refusal code: Int32) -> String {
        let reason =
            code >= firstReasonCode
            ? text(reasonCode: code) : mosquitto_connack_string(code).map { String(cString: $0) } ?? "code \(code)"
        // Bad name or password, not authorised; in 3.1.1 and 5.
        let concernsCredentials = [4, 5, 0x86, 0x87].contains(code)
        return concernsCredentials ? "\(reason) Check password_file under mqtt, and the broker's users" : reason
    }

    /// - Parameter complaint: what libmosquitto said beside the code.
    static func text(_ code: Int32, complaint: String?, tls: MQTTSettings.TLS?) -> String {
        guard let tls, let complaint else { return text(code) }
        return "\(text(code)) \(complaint); \(tls.advice)"
    }
}

extension MQTTSettings.TLS {
    var advice: String {
        let own = certificate.map { "it asks for a certificate that it trusts, as \($0.file) should be" }
        return "expected a broker whose certificate is of \(caFile), for the host name in andon.yaml, and in date; "
            + (own ?? "a broker that asks for a certificate needs tls.cert and tls.key too")
    }
}
