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

    /// - Parameter complaint: what libmosquitto said beside the code.
    static func text(_ code: Int32, complaint: String?, tls: MQTTSettings.TLS?) -> String {
        guard let tls, let complaint else { return text(code) }
        return "\(text(code)) \(complaint); \(tls.advice)"
    }
}

extension MQTTSettings.TLS {
    fileprivate var advice: String {
        let own = certificate.map { "it asks for a certificate that it trusts, as \($0.file) should be" }
        return "expected a broker whose certificate is of \(caFile), for the host name in andon.yaml, and in date; "
            + (own ?? "a broker that asks for a certificate needs tls.cert and tls.key too")
    }
}
