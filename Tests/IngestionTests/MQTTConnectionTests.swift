import Domain
import Foundation
@testable import Ingestion
import Simulation
import Synchronization
import TestSupport
import Testing

@Suite("MQTT connection and its broker")
struct MQTTConnectionTests {
    private func settings(_ broker: MosquittoBroker, client: String = "andon") -> MQTTSettings {
        MQTTSettings(
            host: broker.host, port: broker.port, clientID: client, reconnectMs: 20, reconnectCeilingMs: 200)
    }

    private func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)).path
    }

    private func connection(
        _ settings: MQTTSettings, filters: [String] = [], received: Received? = nil
    ) throws -> MQTTConnection {
        try MQTTConnection(
            settings: settings, filters: filters,
            handlers: .init(messages: { messages in received?.add(messages) }), logger: quiet)
    }

    private final class Received: Sendable {
        private let messages = Mutex<[MQTTMessage]>([])
        func add(_ more: [MQTTMessage]) { messages.withLock { $0 += more } }
        var count: Int { messages.withLock { $0.count } }
    }

    @Test("user and password come from a file; wrong ones are named as such, and retried")
    func passwords() async throws {
        let broker = try MosquittoBroker.launch(options: [
            "allow_anonymous false", "password_file \(try fixture("passwords.txt"))",
        ])
        let file = FileManager.default.temporaryDirectory.appending(path: "mqtt-\(UUID().uuidString).pw")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("andon:right:password\n".utf8).write(to: file)
        var settings = settings(broker)
        settings.credentials = try MQTTCredentials(file: file.path)
        let right = try connection(settings)
        right.start()
        defer { right.stop() }
        try await until("connected") { right.status.state == .up }

        settings.clientID = "other"
        settings.credentials = MQTTCredentials(user: "andon", password: "wrong")
        let wrong = try connection(settings)
        wrong.start()
        defer { wrong.stop() }
        try await until("refused") { wrong.status.lastError?.contains("refused other") == true }
        #expect(!wrong.isConnected)
        #expect("\(settings.credentials.debugDescription)".contains("wrong") == false)
    }

    @Test("a password file without a colon or not there is refused by name")
    func badPasswordFile() throws {
        let absent = "/nonexistent/mqtt.pw"
        #expect(throws: MQTTError.passwordFile(path: absent, expected: "a readable file")) {
            try MQTTCredentials(file: absent)
        }
        let list = try fixture("tls-authority.pem")
        #expect(throws: MQTTError.passwordFile(path: list, expected: "user:password on the first line")) {
            try MQTTCredentials(file: list)
        }
    }

    @Test("messages go over TLS with the plant's own authority, and not with an unknown one")
    func encrypted() async throws {
        let broker = try MosquittoBroker.launch(options: [
            "certfile \(try fixture("tls-broker.pem"))", "keyfile \(try fixture("tls-broker-key.pem"))",
        ])
        let received = Received()
        var settings = settings(broker)
        settings.tls = .init(caFile: try fixture("tls-authority.pem"))
        let trusting = try connection(settings, filters: ["a"], received: received)
        trusting.start()
        defer { trusting.stop() }
        try await until("connected") { trusting.status.state == .up }
        try await trusting.publish(topic: "a", payload: Data("x".utf8))
        try await until("received") { received.count == 1 }

        settings.clientID = "other"
        settings.tls = .init(caFile: try fixture("tls-broker.pem"))
        let distrusting = try connection(settings)
        distrusting.start()
        defer { distrusting.stop() }
        try await until("refused") { distrusting.status.state == .degraded }
        #expect(!distrusting.isConnected)
    }

    @Test("a message that is refused over TLS comes again")
    func refusedOverTLS() async throws {
        let broker = try MosquittoBroker.launch(options: [
            "certfile \(try fixture("tls-broker.pem"))", "keyfile \(try fixture("tls-broker-key.pem"))",
        ])
        var settings = settings(broker)
        settings.tls = .init(caFile: try fixture("tls-authority.pem"))
        let journal = MemoryJournal()
        journal.refuse(times: 3)
        let route = MQTTRoute(topic: try TopicTemplate("a"), machine: nil)
        let source = try MQTTSource(
            settings: settings, routes: [route], sink: journal, recall: journal, logger: quiet)
        settings.clientID = "gateway"
        let gateway = try connection(settings)
        gateway.start()
        defer { gateway.stop() }
        try await running(source) {
            try await until("both are up") { source.status.state == .up && gateway.isConnected }
            for _ in 1...5 { try await gateway.publish(topic: "a", payload: Data(#"{"code":"F1"}"#.utf8)) }
            try await until("all arrive") { journal.events.count >= 5 }
        }
        #expect(journal.refused == 3)
        #expect(journal.events.count == 5)
    }

    @Test("a broker that would deliver without acknowledgement is named: events could be lost")
    func withoutQoS() async throws {
        let broker = try MosquittoBroker.launch(options: ["max_qos 0"])
        let connection = try connection(settings(broker), filters: ["plant/press-07/alarm"])
        connection.start()
        defer { connection.stop() }
        try await until("it is known") { connection.status.lastError != nil }
        let error = try #require(connection.status.lastError)
        #expect(error == "the broker grants plant/press-07/alarm without QoS 1; events could be lost")
        #expect(connection.status.state == .degraded)
    }

    @Test("a host that accepts connections and says nothing is reported, and does not hold up the stop")
    func silentHost() async throws {
        let silent = try ModbusSimulator(firstRegister: 0, registerCount: 1)
        defer { silent.stop() }
        let settings = MQTTSettings(
            host: silent.host, port: silent.port, clientID: "andon", connectTimeoutMs: 200, reconnectMs: 20)
        let connection = try connection(settings)
        connection.start()
        try await until("reported") { connection.status.state == .degraded }
        connection.stop()
        #expect(!connection.isConnected)
    }

    @Test("a host that ends each connection at once is reported, retried, and does no harm")
    func droppingHost() async throws {
        let nothing = try LoopbackPort.free()
        let host = try FaultyProxy(to: nothing)
        defer { host.stop() }
        let settings = MQTTSettings(
            host: "127.0.0.1", port: host.port, clientID: "andon", reconnectMs: 10, reconnectCeilingMs: 20)
        let connection = try connection(settings, filters: ["a"])
        connection.start()
        try await until("reported") { connection.status.state == .degraded }
        connection.stop()
        #expect(!connection.isConnected)
    }

    @Test(
        "a host that answers with something else than MQTT is reported, never taken for a broker", arguments: [1, 2, 3])
    func strangeHost(_ round: UInt64) async throws {
        let host = try BabblingHost(seed: round)
        defer { host.stop() }
        let received = Received()
        let settings = MQTTSettings(
            host: "127.0.0.1", port: host.port, clientID: "andon", connectTimeoutMs: 300, reconnectMs: 10,
            reconnectCeilingMs: 20)
        let connection = try connection(settings, filters: ["a"], received: received)
        connection.start()
        try await until("several attempts") { host.connections > 5 && connection.status.state == .degraded }
        connection.stop()
        #expect(connection.status.state == .degraded && received.count == 0)
    }

    @Test("publishing waits for the broker's confirmation across a restart of the broker, or says that it has none")
    func unconfirmed() async throws {
        let broker = try MosquittoBroker.launch()
        let connection = try connection(settings(broker))
        connection.start()
        defer { connection.stop() }
        try await until("connected") { connection.isConnected }
        broker.pause()
        await #expect(throws: MQTTError.unconfirmed(topic: "a", timeoutMs: 200)) {
            try await connection.publish(topic: "a", payload: Data(), timeoutMs: 200)
        }
        async let late: Void = connection.publish(topic: "a", payload: Data(), timeoutMs: 60_000)
        broker.resume()
        try await late
    }

    @Test("who is cancelled waits for no confirmation, before it has begun to or after")
    func cancelledPublish() async throws {
        let broker = try MosquittoBroker.launch()
        let connection = try connection(settings(broker))
        connection.start()
        defer { connection.stop() }
        try await until("connected") { connection.isConnected }
        broker.pause()
        defer { broker.resume() }
        // Cancelled at once, and with the message on its way: both wait for as good as ever otherwise.
        for isUnderWay in [false, true] {
            let publishing = Task {
                try await connection.publish(topic: "a", payload: Data(), timeoutMs: 100_000_000)
            }
            if isUnderWay { try await until("waiting") { connection.state.withLock { !$0.waiters.isEmpty } } }
            publishing.cancel()
            await #expect(throws: CancellationError.self) { try await publishing.value }
            #expect(connection.state.withLock { $0.waiters.isEmpty })
        }
    }
}

/// Sends random bytes, none of which begins a CONNACK, to whoever connects.
private final class BabblingHost: Sendable {
    let port: UInt16
    private let listener: Int32
    private let state: Mutex<(generator: SeededGenerator, connections: Int)>

    init(seed: UInt64) throws {
        (listener, port) = try LoopbackPort.listen()
        state = Mutex((SeededGenerator(seed: seed), 0))
        Thread { self.serve() }.start()
    }

    var connections: Int { state.withLock { $0.connections } }

    func stop() { _ = shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve() {
        while case let client = accept(listener, nil, nil), client >= 0 {
            let bytes = state.withLock { state in
                state.connections += 1
                return [UInt8.random(in: 0x30...0xFF, using: &state.generator)]
                    + (0..<200).map { _ in UInt8.random(in: 0...255, using: &state.generator) }
            }
            _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            close(client)
        }
        close(listener)
    }
}
