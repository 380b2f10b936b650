import Domain
import Foundation
import Testing

@testable import Ingestion

@Suite("Requests to Sparkplug edge nodes")
struct SparkplugReaderTests {
    private typealias Messages = SparkplugMessages

    private func reader() throws -> SparkplugReader {
        let address = try #require(SparkplugAddress(group: "g", node: "n", device: "d"))
        var reader = SparkplugReader(machines: [
            SparkplugMachine(
                machine: MachineID(rawValue: "m"), address: address, profileName: "p",
                profile: SparkplugProfile(code: "Code"))
        ])
        reader.loseTrack(nowNs: 0)
        return reader
    }

    private func send(
        _ reader: inout SparkplugReader, _ topic: String, _ payload: SparkplugPayload, atS second: Int64 = 0
    ) throws -> [String] {
        let message = MQTTMessage(
            topic: "spBv1.0/g/\(topic)", payload: try payload.serializedData(), qos: 0, retained: false, packetID: 0)
        let events = reader.read(message, receivedAt: Date(), nowNs: second * 1_000_000_000)
        return try #require(events).compactMap { $0.report.map { ($0.active ? "+" : "-") + $0.code.written } }
    }

    private func bear(_ reader: inout SparkplugReader, _ messages: inout Messages, code: UInt32) throws -> [String] {
        messages.restart()
        return try send(&reader, "NBIRTH/n", messages.payload([Messages.connection(1)]))
            + send(
                &reader, "DBIRTH/n/d", messages.payload([Messages.metric("Code", alias: 1, .intValue(code), type: 7)]))
    }

    private func asks(_ reader: inout SparkplugReader, atS second: Int64) -> Int {
        reader.dueRequests(nowNs: second * 1_000_000_000).count
    }

    @Test("what a lost message said comes with the births that are asked for")
    func lostMessage() throws {
        var reader = try reader()
        var messages = Messages()
        #expect(asks(&reader, atS: 0) == 1)
        #expect(try bear(&reader, &messages, code: 0) == [])
        #expect(asks(&reader, atS: 20) == 0)
        messages.skip()
        #expect(try send(&reader, "DDATA/n/d", messages.payload([])) == [])
        #expect(asks(&reader, atS: 20) == 1)
        #expect(try bear(&reader, &messages, code: 7) == ["+7"])
        #expect(asks(&reader, atS: 40) == 0)
    }

    @Test("a node that answers nothing is asked every ten seconds, and counts as lost after thirty")
    func mute() throws {
        var reader = try reader()
        #expect([0, 1, 9, 10, 19, 20].map { asks(&reader, atS: $0) } == [1, 0, 0, 1, 0, 1])
        #expect(reader.statuses(nowNs: 29_000_000_000).map(\.state) == [.connecting])
        let lost = try #require(reader.statuses(nowNs: 31_000_000_000).first)
        #expect(lost.state == .degraded)
        #expect(
            lost.lastError
                == "no birth of spBv1.0/g/n/d for 31 s; expected these names of group, node and device, "
                + "and a node that takes rebirth requests on spBv1.0/g/NCMD/n")
    }

    @Test("a birth without the profile's metrics is said, not waited for")
    func otherMetrics() throws {
        var reader = try reader()
        var messages = Messages()
        messages.restart()
        _ = try send(&reader, "NBIRTH/n", messages.payload([]))
        _ = try send(&reader, "DBIRTH/n/d", messages.payload([Messages.metric("Kode", alias: 1, .intValue(1))]))
        #expect(
            reader.statuses(nowNs: 0).first?.lastError
                == "the birth of spBv1.0/g/n/d has no metric that profile p names")
    }

    @Test("a new connection to the broker makes everything unknown, and asks at once")
    func newConnection() throws {
        var reader = try reader()
        var messages = Messages()
        _ = asks(&reader, atS: 0)
        #expect(try bear(&reader, &messages, code: 3) == ["+3"])
        #expect(reader.statuses(nowNs: 0).map(\.state) == [.up])
        reader.loseTrack(nowNs: 0)
        #expect(asks(&reader, atS: 1) == 1)
        #expect(reader.statuses(nowNs: 0).map(\.state) == [.connecting])
        #expect(try send(&reader, "DDATA/n/d", messages.payload([Messages.metric(alias: 1, .intValue(4))])) == [])
        #expect(try bear(&reader, &messages, code: 3) == [])
    }

    @Test("messages of other nodes and other topics are not the reader's; commands to its node say nothing")
    func others() throws {
        var reader = try reader()
        for topic in ["spBv1.0/g/NDATA/other", "spBv1.0/STATE/host", "plant/press/alarm"] {
            let message = MQTTMessage(topic: topic, payload: Data(), qos: 0, retained: false, packetID: 0)
            #expect(reader.read(message, receivedAt: Date(), nowNs: 0) == nil)
        }
        #expect(try send(&reader, "NCMD/n", .rebirthRequest(at: Date())) == [])
    }
}
