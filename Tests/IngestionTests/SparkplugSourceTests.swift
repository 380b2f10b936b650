import Domain
import Foundation
import Ingestion
import Simulation
import Synchronization
import Testing

@testable import Ingestion

@Suite("Sparkplug edge nodes with a real broker")
struct SparkplugSourceTests {
    private typealias Messages = SparkplugMessages

    /// An edge node with one device, which answers requests for its births.
    private final class EdgeNode: Sendable {
        private struct State {
            var messages = Messages()
            var code: UInt32 = 0
            var requests = 0
        }

        private let state = Mutex(State())
        private let connection = Mutex<MQTTConnection?>(nil)

        init(_ settings: MQTTSettings) throws {
            let made = try MQTTConnection(
                settings: settings, filters: ["spBv1.0/plant/NCMD/edge-7"],
                handlers: .init(
                    connected: { _ in }, messages: { [self] in for message in $0 { take(message) } },
                    requests: { [] }), logger: quiet)
            connection.withLock { $0 = made }
            made.start()
        }

        var isUp: Bool { connection.withLock { $0?.status.state == .up } }
        var requests: Int { state.withLock { $0.requests } }

        func stop() { connection.withLock { $0.take() }?.stop() }

        private func take(_ message: MQTTMessage) {
            guard let payload = try? SparkplugPayload(serializedBytes: message.payload),
                payload.metrics.contains(where: { $0.name == "Node Control/Rebirth" && $0.booleanValue })
            else { return }
            state.withLock { $0.requests += 1 }
            bear()
        }

        func bear() {
            send("NBIRTH/edge-7") { state in
                state.messages.restart()
                return [Messages.connection(1)]
            }
            send("DBIRTH/edge-7/press") { [Messages.metric("Code", alias: 1, .intValue($0.code), type: 7)] }
        }

        func tell(_ code: UInt32) {
            state.withLock { $0.code = code }
            send("DDATA/edge-7/press") { [Messages.metric(alias: 1, .intValue($0.code))] }
        }

        func die() { send("DDEATH/edge-7/press") { _ in [] } }

        func babble() { post("DDATA/edge-7/press", Data([0x12, 0xFF])) }

        private func send(_ topic: String, _ metrics: (inout State) -> [SparkplugPayload.Metric]) {
            let payload = state.withLock { state in
                let metrics = metrics(&state)
                return state.messages.payload(metrics)
            }
            post(topic, (try? payload.serializedData()) ?? Data())
        }

        private func post(_ topic: String, _ payload: Data) {
            let parts = topic.split(separator: "/", maxSplits: 1)
            connection.withLock { $0 }?.post(
                MQTTConnection.Request(topic: "spBv1.0/plant/\(parts[0])/\(parts[1])", payload: payload))
        }
    }

    private let broker: MosquittoBroker

    init() throws { broker = try MosquittoBroker.launch() }

    private func settings(_ client: String) -> MQTTSettings {
        MQTTSettings(host: broker.host, port: broker.port, clientID: client, reconnectMs: 20, reconnectCeilingMs: 200)
    }

    private func source(_ journal: MemoryJournal) throws -> MQTTSource {
        let address = try #require(SparkplugAddress(group: "plant", node: "edge-7", device: "press"))
        let machine = SparkplugMachine(
            machine: MachineID(rawValue: "press-07"), address: address, profileName: "generic-sparkplug-node",
            profile: SparkplugProfile(code: "Code", naming: FaultNaming(format: try #require(CodeFormat("F%03d")))))
        return try MQTTSource(
            settings: settings("andon"), routes: [], sparkplug: [machine], sink: journal, recall: journal, logger: quiet
        )
    }

    private func node() async throws -> EdgeNode {
        let node = try EdgeNode(settings("edge-7"))
        try await until("the edge node is up") { node.isUp }
        return node
    }

    private func machineState(_ source: MQTTSource) -> LinkStatus.State? { source.statuses.last?.state }

    @Test("a node that was there first is asked for its births; its faults come and go")
    func asked() async throws {
        let journal = MemoryJournal()
        let node = try await node()
        defer { node.stop() }
        node.tell(4)
        let source = try source(journal)
        try await running(source) {
            try await until("the machine is up") { machineState(source) == .up }
            try await until("its fault is told") { journal.codes == ["F004"] }
            node.tell(0)
            node.tell(9)
            try await until("the next are told") { journal.events.count == 3 }
        }
        #expect(node.requests == 1)
        #expect(journal.codes == ["F004", "F004", "F009"])
        #expect(journal.events.map { $0.report?.active } == [true, false, true])
        #expect(journal.events.allSatisfy { $0.machine == MachineID(rawValue: "press-07") })
        #expect(journal.events[0].source == .mqtt(topic: "spBv1.0/plant/DBIRTH/edge-7/press"))
        #expect(source.statuses.map(\.endpoint).last == "spBv1.0/plant/edge-7/press")
    }

    @Test("after a restart of the appliance a fault that still stands is no second event, one that went is told")
    func restarted() async throws {
        let journal = MemoryJournal()
        let node = try await node()
        defer { node.stop() }
        node.tell(4)
        for (code, events) in [(4, 1), (4, 1), (5, 3)] {
            node.tell(UInt32(code))
            let source = try source(journal)
            try await running(source) {
                try await until("the machine is up") { machineState(source) == .up }
                try await until("the faults are told") { journal.events.count >= events }
            }
            #expect(journal.events.count == events)
        }
        #expect(journal.codes == ["F004", "F004", "F005"])
    }

    @Test("a journal that refuses loses nothing: the births tell it again")
    func refused() async throws {
        let journal = MemoryJournal()
        let node = try await node()
        defer { node.stop() }
        let source = try source(journal)
        try await running(source) {
            try await until("the machine is up") { machineState(source) == .up }
            journal.refuse(times: 2)
            node.tell(7)
            try await until("its fault is told") { journal.codes == ["F007"] }
            try await until("the machine is up again") { machineState(source) == .up && source.status.state == .up }
        }
        #expect(journal.refused == 2)
        #expect(journal.codes == ["F007"])
    }

    @Test("a device that says it is gone is a lost line; what cannot be read is kept as it came")
    func gone() async throws {
        let journal = MemoryJournal()
        let node = try await node()
        defer { node.stop() }
        let source = try source(journal)
        try await running(source) {
            try await until("the machine is up") { machineState(source) == .up }
            node.babble()
            try await until("it is kept") { journal.events.count == 1 }
            node.die()
            try await until("the line is lost") { machineState(source) == .degraded }
        }
        #expect(journal.events[0].payload.bytes == Data([0x12, 0xFF]))
        #expect(journal.events[0].unparseableReason?.hasPrefix("expected a Sparkplug B payload") == true)
        #expect(
            source.statuses.last?.lastError == "spBv1.0/plant/edge-7/press says that it is gone, or its broker does")
    }
}
