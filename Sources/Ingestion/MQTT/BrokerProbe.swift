import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What listens at a broker's address, told from its first byte: libmosquitto says only that the connection was lost.
struct BrokerProbe {
    enum Speech: Sendable, Hashable { case tls, mqtt }

    private static let timeoutMs: Int32 = 1_000

    let host: String
    let port: UInt16

    /// - Returns: false when it does not, or nobody could tell in time. Blocks for a few seconds at most.
    func speaks(_ speech: Speech) -> Bool {
        guard let descriptor = try? OutgoingSocket.connect(host, port, timeoutMs: BrokerProbe.timeoutMs) else {
            return false
        }
        defer { close(descriptor) }
        let hello = speech.hello
        guard send(descriptor, hello, hello.count, Int32(MSG_NOSIGNAL)) == hello.count,
            OutgoingSocket.isReady(descriptor, POLLIN, timeoutMs: BrokerProbe.timeoutMs)
        else { return false }
        var first: UInt8 = 0
        return recv(descriptor, &first, 1, 0) == 1 && speech.answers.contains(first)
    }
}

extension BrokerProbe.Speech {
    /// What makes a server of this protocol answer, and changes nothing there.
    fileprivate var hello: [UInt8] {
        switch self {
        case .tls:
            // TLS 1.2 (RFC 5246, §7.4.1.2): ClientHello with one cipher suite. A server that likes it says hello, any other
            // sends an alert.
            let random = [UInt8](repeating: 0x41, count: 32)
            let body: [UInt8] = [3, 3] + random + [0, 0, 2, 0xC0, 0x2F, 1, 0]
            return [22, 3, 1, 0, UInt8(body.count + 4), 1, 0, 0, UInt8(body.count)] + body
        case .mqtt:
            // MQTT 3.1.1, §3.1: CONNECT with a clean session and a random name.
            let name = Array("andon-probe-\(UInt32.random(in: 0...UInt32.max))".utf8)
            let body: [UInt8] = [0, 4] + Array("MQTT".utf8) + [4, 2, 0, 30, 0, UInt8(name.count)] + name
            return [0x10, UInt8(body.count)] + body
        }
    }

    /// First bytes: handshake or alert; CONNACK.
    fileprivate var answers: [UInt8] {
        switch self {
        case .tls: [22, 21]
        case .mqtt: [0x20]
        }
    }
}
