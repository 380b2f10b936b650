import Domain
import Foundation
import TestSupport
import Testing

@testable import Ingestion

@Suite("Messages of a Sparkplug edge node")
struct SparkplugNodeTests {
    private typealias Messages = SparkplugMessages

    private func birth(_ messages: inout Messages, connection: UInt64 = 1) -> SparkplugPayload {
        messages.restart()
        return messages.payload([
            Messages.connection(connection), Messages.metric("Load", alias: 9, .intValue(5), type: 7),
        ])
    }

    private func values(_ news: SparkplugNode.News) -> [String: SparkplugReading.Value?] {
        switch news {
        case .birth(let readings), .data(let readings):
            Dictionary(readings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        case .death, .none: [:]
        }
    }

    @Test("data is named by the aliases of its device's birth, and typed by it")
    func aliases() throws {
        var node = SparkplugNode()
        var messages = Messages()
        _ = try node.receive(.nodeBirth, device: nil, birth(&messages))
        _ = try node.receive(
            .deviceBirth, device: "press",
            messages.payload([
                Messages.metric("Code", alias: 1, .intValue(0), type: 3),
                Messages.metric("Small", alias: 2, .intValue(0), type: 1),
                Messages.metric("Wide", alias: 3, .longValue(0), type: 4),
            ]))
        let news = try node.receive(
            .deviceData, device: "press",
            messages.payload([
                Messages.metric(alias: 1, .intValue(UInt32(bitPattern: -7))),
                Messages.metric(alias: 2, .intValue(0xFF)),
                Messages.metric(alias: 3, .longValue(UInt64(bitPattern: -9))), Messages.metric("New", .floatValue(1.5)),
            ]))
        #expect(
            values(news) == [
                "Code": .number(-7), "Small": .number(-1), "Wide": .number(-9), "New": .fraction(1.5),
            ])
        #expect(node.confusion == nil)
    }

    @Test("data before a birth says nothing and asks for one, as after a lost connection to the broker")
    func beforeBirth() throws {
        var node = SparkplugNode()
        var messages = Messages()
        #expect(node.confusion != nil)
        let early = messages.payload([Messages.metric("Code", .intValue(4))])
        #expect(try node.receive(.nodeData, device: nil, early) == .none)
        _ = try node.receive(.nodeBirth, device: nil, birth(&messages))
        #expect(node.confusion == nil)
        #expect(try node.receive(.deviceData, device: "press", messages.payload([])) == .none)
        #expect(node.confusion == "data came before the birth")
        _ = try node.receive(.nodeBirth, device: nil, birth(&messages))
        node.loseTrack()
        #expect(!node.isBorn(nil))
        #expect(try node.receive(.nodeData, device: nil, messages.payload([])) == .none)
    }

    @Test("a missing number asks for a birth, what came is still read; 0 follows 255")
    func numbers() throws {
        var node = SparkplugNode()
        var messages = Messages()
        _ = try node.receive(.nodeBirth, device: nil, birth(&messages))
        for _ in 0..<300 { _ = try node.receive(.nodeData, device: nil, messages.payload([])) }
        #expect(node.confusion == nil)
        messages.skip()
        let news = try node.receive(.nodeData, device: nil, messages.payload([Messages.metric(alias: 9, .intValue(6))]))
        #expect(values(news) == ["Load": .number(6)])
        #expect(node.confusion == "a message was lost: number 46 came after 44")
    }

    @Test("an alias that no birth of the device named asks for a birth, and is no other's value", arguments: [7, 9])
    func unknownAlias(_ alias: UInt64) throws {
        var node = SparkplugNode()
        var messages = Messages()
        _ = try node.receive(.nodeBirth, device: nil, birth(&messages))
        _ = try node.receive(.deviceBirth, device: "press", messages.payload([]))
        let payload = messages.payload([
            Messages.metric(alias: alias, .intValue(6)), Messages.metric("A", .intValue(1)),
        ])
        #expect(values(try node.receive(.deviceData, device: "press", payload)) == ["A": .number(1)])
        #expect(node.confusion == "no birth named the alias \(alias)")
    }

    @Test("a death counts for its own connection only; a node's takes its devices along, a device's only itself")
    func deaths() throws {
        var node = SparkplugNode()
        var messages = Messages()
        _ = try node.receive(.nodeBirth, device: nil, birth(&messages, connection: 2))
        for device in ["a", "b"] { _ = try node.receive(.deviceBirth, device: device, messages.payload([])) }
        var old = SparkplugPayload()
        old.metrics = [Messages.connection(1)]
        #expect(try node.receive(.nodeDeath, device: nil, old) == .none)
        #expect(node.isBorn("a"))
        #expect(try node.receive(.deviceDeath, device: "a", messages.payload([])) == .death)
        #expect(node.isDead("a") && !node.isDead("b") && node.isBorn("b"))
        old.metrics = [Messages.connection(2)]
        #expect(try node.receive(.nodeDeath, device: nil, old) == .death)
        #expect(node.isDead("b") && node.isDead(nil) && !node.isBorn("b"))
        _ = try node.receive(.nodeBirth, device: nil, birth(&messages, connection: 3))
        #expect(!node.isDead("b") && !node.isBorn("b") && node.isBorn(nil))
    }

    @Test("births beyond the limit of metrics are refused")
    func tooManyMetrics() throws {
        var node = SparkplugNode()
        var messages = Messages()
        let many = (0..<SparkplugNode.metricsLimit).map { Messages.metric("m\($0)", alias: UInt64($0), .intValue(0)) }
        _ = try node.receive(.nodeBirth, device: nil, messages.payload(many))
        #expect(throws: SparkplugNode.Refusal.self) {
            try node.receive(
                .deviceBirth, device: "a", messages.payload([Messages.metric("x", alias: 1, .intValue(0))]))
        }
    }

    @Test("topics of other kinds, other names and other depths are not the node's")
    func topics() {
        for topic in [
            "spBv1.0/STATE/host", "spBv1.0/g/FOO/n", "spBv1.0/g/NBIRTH/n/d", "spBv1.0/g/DDATA/n", "spAv1.0/g/NBIRTH/n",
            "spBv1.0/g/NBIRTH/", "", "/", "spBv1.0/g/DDATA/n/d/e",
        ] {
            #expect(SparkplugTopic(topic) == nil, "\(topic)")
        }
        let topic = SparkplugTopic("spBv1.0/g/DDATA/n/d")
        #expect(topic?.address == SparkplugAddress(group: "g", node: "n", device: "d"))
        #expect(SparkplugAddress(group: "g", node: "a/b") == nil)
        #expect(SparkplugAddress(group: "g", node: "n", device: "+") == nil)
    }

    @Test("no bytes make the reader stop: each message is read, or kept with a reason")
    func anyBytes() throws {
        var random = SeededGenerator(seed: testSeed("anyBytes"))
        let address = try #require(SparkplugAddress(group: "g", node: "n", device: "d"))
        var reader = SparkplugReader(machines: [
            SparkplugMachine(
                machine: MachineID(rawValue: "m"), address: address, profileName: "p",
                profile: SparkplugProfile(code: "Code"))
        ])
        var messages = Messages()
        let whole = Array(
            try messages.payload([
                Messages.metric("Code", alias: 1, .intValue(4), type: 3),
                Messages.metric("T", alias: 2, .stringValue("x")),
            ]).serializedData() as Data)
        var unreadable = 0
        for _ in 0..<3_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = bytes.prefix(Int.random(in: 0...bytes.count, using: &random))
            let kind = ["NBIRTH", "DBIRTH", "DDATA", "NDATA", "NDEATH", "DDEATH"].randomElement(using: &random) ?? ""
            let message = MQTTMessage(
                topic: "spBv1.0/g/\(kind)/n" + (kind.hasPrefix("D") ? "/d" : ""), payload: Data(cut), qos: 0,
                retained: false, packetID: 0)
            let events = reader.read(message, receivedAt: Date(), nowNs: 0)
            unreadable += try #require(events).count {
                $0.unparseableReason?.hasPrefix("expected a Sparkplug B payload") == true
            }
        }
        #expect(unreadable > 100)
        let huge = MQTTMessage(
            topic: "spBv1.0/g/DDATA/n/d", payload: Data(count: 2 << 20), qos: 0, retained: false, packetID: 0)
        let event = reader.read(huge, receivedAt: Date(), nowNs: 0)?.first
        #expect(event?.unparseableReason == "expected at most 1048576 bytes, got 2097152")
        #expect(event?.machine == MachineID(rawValue: "m"))
    }
}
