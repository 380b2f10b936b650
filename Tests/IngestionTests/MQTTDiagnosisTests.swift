import Domain
import Foundation
import Simulation
import Testing

@testable import Ingestion

@Suite("What is wrong with the line to the broker, said as what it is")
struct MQTTDiagnosisTests {
    private func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil)).path
    }

    private func settings(_ port: UInt16, host: String = "127.0.0.1", tls: Bool = false) throws -> MQTTSettings {
        MQTTSettings(
            host: host, port: port, clientID: "andon",
            tls: tls ? .init(caFile: try fixture("tls-authority.pem")) : nil, reconnectMs: 20, reconnectCeilingMs: 200)
    }

    private func problem(_ settings: MQTTSettings) async throws -> String {
        let connection = try MQTTConnection(settings: settings, filters: ["a"], handlers: .init(), logger: quiet)
        connection.start()
        defer { connection.stop() }
        try await until("it fails") { connection.status.lastError != nil }
        return connection.status.lastError ?? ""
    }

    @Test("nobody listens")
    func nobody() async throws {
        let problem = try await problem(settings(LoopbackPort.free()))
        #expect(problem.contains("nothing listens at 127.0.0.1:"), "\(problem)")
    }

    @Test("a host name that nobody knows")
    func name() async throws {
        let problem = try await problem(settings(1883, host: "no-such-host.invalid"))
        #expect(problem.contains("the host name no-such-host.invalid is not known"), "\(problem)")
    }

    @Test("a plain port behind tls")
    func plain() async throws {
        let broker = try MosquittoBroker.launch()
        let problem = try await problem(settings(broker.port, tls: true))
        #expect(problem.contains("speaks MQTT without TLS"), "\(problem)")
    }

    @Test("a TLS port without tls")
    func encrypted() async throws {
        let broker = try MosquittoBroker.launch(options: [
            "certfile \(try fixture("tls-broker.pem"))", "keyfile \(try fixture("tls-broker-key.pem"))",
        ])
        let problem = try await problem(settings(broker.port))
        #expect(problem.contains("speaks TLS, and no tls is set"), "\(problem)")
    }

    @Test(
        "two clients of one name throw each other out: both say so, and are not up",
        arguments: [MQTTSettings.Version.v3, .v5])
    func takenOver(_ version: MQTTSettings.Version) async throws {
        let broker = try MosquittoBroker.launch()
        var settings = try settings(broker.port)
        settings.version = version
        let both = try (1...2).map { _ in
            try MQTTConnection(settings: settings, filters: ["a"], handlers: .init(), logger: quiet)
        }
        for connection in both { connection.start() }
        defer { for connection in both { connection.stop() } }
        try await until("both know") {
            both.allSatisfy { $0.status.lastError?.contains("because another client took it over") == true }
        }
        #expect(both.contains { $0.status.state == .degraded })
    }

    @Test("a connection whose thread stands still is not up, whatever it said last")
    func still() async throws {
        let broker = try MosquittoBroker.launch()
        let connection = try MQTTConnection(
            settings: settings(broker.port), filters: ["a"], handlers: .init(), logger: quiet)
        connection.start()
        defer { connection.stop() }
        try await until("it is up") { connection.status.state == .up }
        let later = connection.status(nowNs: Monotonic.nowNs() + 120_000_000_000)
        #expect(later.state == .degraded && later.lastError?.contains("nothing was read") == true)
    }

    @Test("a device that nobody polls any more is not up")
    func unheard() {
        let report = DeviceReport(
            MachineID(rawValue: "drive-03"), endpoint: "10.0.3.21:502/3", silenceMs: 5000, logger: quiet)
        report.answered(at: Date(), nowNs: 0)
        report.isUp()
        #expect(report.status(nowNs: 5_000_000_000).state == .up)
        #expect(report.status(nowNs: 7_000_000_000).state == .degraded)
        #expect(
            report.status(nowNs: 7_000_000_000).lastError
                == "10.0.3.21:502/3 was not heard for 7 s, and nobody polls it; restart andon serve")
    }

    @Test("with MQTT 5 the broker is told what is too long, and keeps the connection")
    func packetSize() async throws {
        let broker = try MosquittoBroker.launch()
        var settings = try settings(broker.port)
        settings.version = .v5
        let journal = MemoryJournal()
        let route = MQTTRoute(topic: try TopicTemplate("a"), machine: nil)
        let source = try MQTTSource(settings: settings, routes: [route], sink: journal, recall: journal, logger: quiet)
        settings.clientID = "gateway"
        let gateway = try MQTTConnection(settings: settings, filters: [], handlers: .init(), logger: quiet)
        gateway.start()
        defer { gateway.stop() }
        try await running(source) {
            try await until("both are up") { source.status.state == .up && gateway.isConnected }
            try await gateway.publish(topic: "a", payload: Data(count: 3 << 20))
            try await gateway.publish(topic: "a", payload: Data(#"{"code":"F1"}"#.utf8))
            try await until("the next arrives") { journal.codes == ["F1"] }
        }
        #expect(journal.events.count == 1)
    }
}
