import Domain
import Foundation
import Ingestion
import Simulation
import Testing

@Suite("MQTT over TLS: certificates that are missing, strange or changed")
struct MQTTTLSTests {
    private static let topic = "plant/press-07/alarm"

    private func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/\(name).pem", withExtension: nil)).path
    }

    private func certificate(_ name: String) throws -> [String] {
        ["certfile \(try fixture(name))", "keyfile \(try fixture("\(name)-key"))"]
    }

    private func settings(_ broker: MosquittoBroker, authority: String) throws -> MQTTSettings {
        MQTTSettings(
            host: broker.host, port: broker.port, clientID: "andon",
            tls: MQTTSettings.TLS(caFile: try fixture(authority)), reconnectMs: 20, reconnectCeilingMs: 200)
    }

    private func connection(_ settings: MQTTSettings) throws -> MQTTConnection {
        let connection = try MQTTConnection(
            settings: settings, filters: [Self.topic], handlers: .init(), logger: quiet)
        connection.start()
        return connection
    }

    /// What the status says once the connection has failed.
    private func problem(_ settings: MQTTSettings) async throws -> String {
        let connection = try connection(settings)
        defer { connection.stop() }
        try await until("it fails") { connection.status.state == .degraded }
        #expect(!connection.isConnected)
        return connection.status.lastError ?? ""
    }

    @Test("a broker that asks who the appliance is takes its certificate, and nobody without one")
    func clientCertificate() async throws {
        let broker = try MosquittoBroker.launch(
            options: certificate("tls-second-broker") + [
                "cafile \(fixture("tls-second-authority"))", "require_certificate true",
            ])
        defer { broker.remove() }
        var settings = try settings(broker, authority: "tls-second-authority")
        let without = try await problem(settings)
        #expect(without.contains("needs tls.cert and tls.key too"), "\(without)")
        settings.tls?.certificate = .init(
            file: try fixture("tls-client"), keyFile: try fixture("tls-client-key"))
        let with = try connection(settings)
        defer { with.stop() }
        try await until("it is up") { with.status.state == .up }
    }

    @Test(
        "a certificate of another authority, or for another host, is refused and said",
        arguments: [("tls-second-broker", "tls-authority"), ("tls-elsewhere-broker", "tls-second-authority")])
    func strange(_ certificate: String, _ authority: String) async throws {
        let broker = try MosquittoBroker.launch(options: self.certificate(certificate))
        defer { broker.remove() }
        let problem = try await problem(settings(broker, authority: authority))
        #expect(problem.contains("certificate verify failed"), "\(problem)")
        #expect(problem.contains("is of \(try fixture(authority)), for the host name"))
    }

    @Test(
        "a broker that comes back with another authority's certificate gets nothing; with the right one, nothing is lost"
    )
    func changed() async throws {
        let broker = try MosquittoBroker.launch(options: certificate("tls-second-broker"))
        defer { broker.remove() }
        var settings = try settings(broker, authority: "tls-second-authority")
        let journal = MemoryJournal()
        let route = MQTTRoute(topic: try TopicTemplate(Self.topic), machine: nil)
        let source = try MQTTSource(settings: settings, routes: [route], sink: journal, recall: journal, logger: quiet)
        settings.clientID = "gateway"
        settings.tls?.caFile = try fixture("tls-authority")
        let gateway = try MQTTConnection(settings: settings, filters: [], handlers: .init(), logger: quiet)
        gateway.start()
        defer { gateway.stop() }
        try await running(source) {
            try await until("the source is up") { source.status.state == .up }
            try broker.restart(options: certificate("tls-broker"))
            try await until("the gateway, which trusts it, is there") { gateway.isConnected }
            for _ in 1...20 { try await gateway.publish(topic: Self.topic, payload: Data(#"{"code":"F1"}"#.utf8)) }
            try await until("the source refuses") {
                source.status.lastError?.contains("certificate verify failed") == true
            }
            #expect(journal.events.isEmpty)
            try broker.restart(options: certificate("tls-second-broker"))
            try await until("all arrive") { journal.events.count >= 20 }
            try await until("the source is up again") { source.status.state == .up }
        }
        #expect(journal.events.count == 20)
    }
}
