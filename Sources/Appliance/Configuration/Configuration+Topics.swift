import Ingestion

extension Configuration.MachineEntry {
    /// Refuses a topic of which nobody could say whose messages come on it.
    ///
    /// - Parameter own: on which Andon publishes. A wildcard may reach these topics; what comes back from there is no event.
    func checkTopic(
        beside others: [Configuration.MachineEntry], own: [TopicTemplate], _ map: StrictYAMLMap
    ) throws(StrictYAMLError) {
        guard case .mqtt(let topic, let payload) = connection else { return }
        if let taken = own.first(where: { $0.covers(topic) }) {
            throw map.error(
                "mqtt", expected: "a topic that Andon itself does not publish on (\(taken.filter)), got \(topic)")
        }
        for other in others {
            guard case .mqtt(let otherTopic, let otherPayload) = other.connection, topic.overlaps(otherTopic) else {
                continue
            }
            let pair = "\(other.machine.id) (\(otherTopic)) and \(machine.id) (\(topic))"
            guard topic.filter == otherTopic.filter else {
                guard topic.covers(otherTopic) || otherTopic.covers(topic) else {
                    throw map.error(
                        "mqtt", expected: "topics of which one lies within the other, or that share none, got \(pair)")
                }
                continue
            }
            guard payload.namesMachine, payload == otherPayload else {
                throw map.error(
                    "mqtt",
                    expected:
                        "a topic of its own, or one profile of both that says where the payload has the machine's name "
                        + "(fields: { machine: /device/name }), got \(pair)")
            }
            guard other.name != name else {
                throw map.error(
                    "mqtt", expected: "a name that no other machine of the topic has, got \"\(name)\" for \(pair)")
            }
        }
    }

    private var name: String { nameInPayload ?? machine.id.rawValue }
}
