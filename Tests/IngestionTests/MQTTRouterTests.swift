import Domain
import Foundation
import Testing

@testable import Ingestion

@Suite("Whose message it is")
struct MQTTRouterTests {
    private static let named: PayloadProfile = {
        var pointers = PayloadProfile.standardPointers
        pointers[.machine] = JSONPointer("/device/name")
        return PayloadProfile(format: .json(pointers))
    }()

    private func route(
        _ topic: String, _ machine: String, name: String? = nil, _ payload: PayloadProfile = .standard
    ) throws -> MQTTRoute {
        MQTTRoute(topic: try TopicTemplate(topic), machine: MachineID(rawValue: machine), name: name, payload: payload)
    }

    private func message(_ topic: String, _ text: String = #"{"code":"F1"}"#) -> MQTTMessage {
        MQTTMessage(topic: topic, payload: Data(text.utf8), qos: 1, retained: false, packetID: 1)
    }

    private func machine(_ router: MQTTRouter, _ topic: String) -> String? {
        router.read(message(topic)).machine?.rawValue
    }

    @Test("the narrowest of the topics that match decides, in whatever order they were configured")
    func narrowest() throws {
        let routes = try [
            route("#", "any"), route("plant/#", "plant"), route("plant/+/alarm", "line"),
            route("plant/l1/alarm", "press"),
        ]
        for routes in [routes, routes.reversed(), [routes[2], routes[0], routes[3], routes[1]]] {
            let router = MQTTRouter(routes, ignoring: [])
            #expect(machine(router, "plant/l1/alarm") == "press")
            #expect(machine(router, "plant/l2/alarm") == "line")
            #expect(machine(router, "plant/l2/other") == "plant")
            #expect(machine(router, "plant") == "plant")
            #expect(machine(router, "x") == "any")
            #expect(machine(router, "$SYS/x") == nil)
        }
    }

    @Test("on one topic the payload says whose event it is; a name that nobody has is kept as that, with no machine")
    func named() throws {
        let router = MQTTRouter(
            [try route("all", "press-07", Self.named), try route("all", "mill-02", name: "Mill 2", Self.named)],
            ignoring: [])
        func read(_ device: String) -> (String?, Event.Content) {
            let (machine, reading) = router.read(message("all", #"{"code":"F1","id":"1"\#(device)}"#))
            return (machine?.rawValue, reading.content)
        }
        #expect(read(#","device":{"name":"press-07"}"#).0 == "press-07")
        #expect(read(#","device":{"name":"Mill 2"}"#).0 == "mill-02")
        for (device, reason) in [
            (#","device":{"name":"mill-02"}"#, #"/device/name: no machine on all has the name "mill-02""#),
            (#","device":{"name":"press-7"}"#, #"/device/name: no machine on all has the name "press-7""#),
            ("", "/device/name: expected the machine's name, got none"),
        ] {
            let (machine, content) = read(device)
            #expect(machine == nil && content == .unparseable(reason: reason))
        }
        let (broken, reading) = router.read(message("all", #"{"code":[],"device":{"name":"press-07"}}"#))
        #expect(broken?.rawValue == "press-07")
        guard case .unparseable = reading.content else {
            Issue.record("a list is no code")
            return
        }
    }

    @Test("two machines of one topic may each count their events from 1")
    func ids() throws {
        let router = MQTTRouter(
            [try route("all", "a", Self.named), try route("all", "b", Self.named)], ignoring: [])
        let ids = ["a", "b"].map {
            router.read(message("all", #"{"code":"F1","id":"1","device":{"name":"\#($0)"}}"#)).reading.uniqueID
        }
        #expect(Set(ids).count == 2)
    }

    @Test("what Andon itself publishes is no event, although a wildcard brings it back")
    func own() throws {
        let router = MQTTRouter(
            [try route("#", "any")], ignoring: [try TopicTemplate("andon/answers/{machine}"), MQTTPresence.topics])
        #expect(router.ignores("andon/answers/press-07") && router.ignores("andon/status/site"))
        #expect(!router.ignores("andon/answers") && !router.ignores("plant/andon/answers/x"))
    }

    @Test(
        "topics overlap when one name fits both",
        arguments: [
            ("a/b", "a/b", true), ("a/+", "a/b", true), ("a/+", "+/b", true), ("a/+", "b/+", false), ("a/#", "a", true),
            ("a/#", "+", true), ("#", "$SYS/x", false), ("+/x", "$SYS/x", false), ("a/b", "a/b/c", false),
            ("a/+/c", "a/#", true), ("#", "+/+", true),
        ])
    func overlaps(_ one: String, _ other: String, _ expected: Bool) throws {
        let (one, other) = (try TopicTemplate(one), try TopicTemplate(other))
        #expect(one.overlaps(other) == expected && other.overlaps(one) == expected)
    }
}
