import Domain
import Testing

@testable import Ingestion

@Suite("Topic templates")
struct TopicTemplateTests {
    @Test(
        "topics match as MQTT 3.1.1 says",
        arguments: [
            ("a/b", "a/b", true), ("a/b", "a/b/c", false), ("a/+", "a/b", true), ("a/+", "a", false),
            ("a/+", "a/", true), ("a/#", "a/b/c", true), ("a/#", "a", true), ("#", "a/b", true),
            ("#", "$SYS/x", false), ("+/x", "$SYS/x", false), ("$SYS/#", "$SYS/x", true), ("+", "/a", false),
        ])
    func matching(_ template: String, _ topic: String, _ matches: Bool) throws {
        #expect((try TopicTemplate(template).match(topic) != nil) == matches)
    }

    @Test("the placeholder names the machine, both ways")
    func placeholder() throws {
        let template = try TopicTemplate("plant/+/{machine}/alarm")
        #expect(template.filter == "plant/+/+/alarm")
        #expect(template.match("plant/l1/press-07/alarm")?.machine == MachineID(rawValue: "press-07"))
        #expect(template.match("plant/l1//alarm") == TopicTemplate.Match(machine: nil))
        #expect(template.match("plant/l1/a:b/alarm") == TopicTemplate.Match(machine: nil))
        #expect(!template.isPublishable)
        let described = try TopicTemplate("plant/{line}/{machine}/alarm")
        #expect(described.filter == template.filter && !described.isPublishable)
        #expect(described.match("plant/l1/press-07/alarm")?.machine == MachineID(rawValue: "press-07"))
        #expect(described.narrowed(to: MachineID(rawValue: "m")).filter == "plant/+/m/alarm")
        #expect(try TopicTemplate("out/{machine}").isPublishable)
        #expect(try TopicTemplate("out/{machine}").topic(for: MachineID(rawValue: "m")) == "out/m")
    }

    @Test(
        "malformed templates are refused",
        arguments: [
            "", "a/b#", "#/a", "a+/b", "a/{machine}x", "{machine}/{machine}", "{}/a", "{line/a", "{a b}/c", "x{line}/a",
        ])
    func malformed(_ text: String) {
        #expect(throws: TopicTemplateError.self) { try TopicTemplate(text) }
    }

    @Test("a subscription that another covers is left out, so that no message comes twice")
    func covering() throws {
        let topics = try ["a/x/alarm", "a/+/alarm", "b", "a/{machine}/alarm", "a/#", "c/+"].map {
            try TopicTemplate($0)
        }
        #expect(MQTTSource.filters(topics) == ["b", "a/#", "c/+"])
    }

    @Test("of a shared subscription, messages that are understood only in order go to each appliance whole")
    func inOrder() throws {
        let topics = [try TopicTemplate("a/+/alarm"), try TopicTemplate("spBv1.0/#")]
        let node = try #require(SparkplugAddress(group: "plant", node: "edge-7")).node
        #expect(
            MQTTSource.filters(topics, inOrder: [node.topics, node.topics], share: "line")
                == ["$share/line/a/+/alarm", "$share/line/spBv1.0/#", "spBv1.0/plant/+/edge-7/#"])
        #expect(MQTTSource.filters(topics, inOrder: [node.topics]) == ["a/+/alarm", "spBv1.0/#"])
    }
}
