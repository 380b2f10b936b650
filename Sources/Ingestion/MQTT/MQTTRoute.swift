import Domain

/// Which machine's events come on which topic, and what they look like.
public struct MQTTRoute: Sendable, Hashable {
    public let topic: TopicTemplate
    /// Nil where the topic names the machine (`{machine}`) or nobody does.
    public let machine: MachineID?
    /// What the payload calls the machine, where it does and that is not its id.
    public let name: String?
    public let payload: PayloadProfile

    public init(
        topic: TopicTemplate, machine: MachineID?, name: String? = nil, payload: PayloadProfile = .standard
    ) {
        self.topic = topic
        self.machine = machine
        self.name = name
        self.payload = payload
    }
}

/// Finds whose message it is: of the topics that match, the narrowest decides, and on that the name in the payload where
/// its profile says where that stands.
struct MQTTRouter: Sendable {
    /// The routes of one topic.
    private struct Place: Sendable {
        let topic: TopicTemplate
        var routes: [MQTTRoute]
    }

    /// Narrow ones before those that cover them.
    private let places: [Place]
    private let ignored: [TopicTemplate]

    /// - Parameters:
    ///   - routes: no two topics overlap unless one covers the other; of equal ones the payload names the machine.
    ///   - ignored: topics of Andon's own messages, which come back through wildcards.
    init(_ routes: [MQTTRoute], ignoring ignored: [TopicTemplate]) {
        self.ignored = ignored
        var places: [Place] = []
        for route in routes {
            if let index = places.firstIndex(where: { $0.topic.filter == route.topic.filter }) {
                places[index].routes.append(route)
            } else {
                let place = Place(topic: route.topic, routes: [route])
                let wider = places.firstIndex { $0.topic.covers(route.topic) }
                places.insert(place, at: wider ?? places.endIndex)
            }
        }
        self.places = places
    }

    func ignores(_ topic: String) -> Bool { ignored.contains { $0.match(topic) != nil } }

    /// What the message says, and whose machine's it is; of a machine that nobody knows, that it cannot be placed.
    func read(_ message: MQTTMessage) -> (machine: MachineID?, reading: PayloadReader.Reading) {
        guard let (place, match) = place(of: message.topic), let first = place.routes.first else {
            return (nil, PayloadReader(profile: .standard).read(message))
        }
        let reader = PayloadReader(profile: first.payload)
        let reading = reader.read(message)
        guard first.payload.namesMachine else { return (first.machine ?? match.machine, reading) }
        // A payload that cannot be read at all says nothing of a machine either.
        if case .unparseable = reading.content, reading.machine == nil { return (nil, reading) }
        guard let name = reading.machine else {
            return (nil, reading.unplaced("\(reader.place(.machine)): expected the machine's name, got none"))
        }
        if let route = place.routes.first(where: { $0.name ?? $0.machine?.rawValue == name }) {
            return (route.machine, reading)
        }
        return (
            nil, reading.unplaced("\(reader.place(.machine)): no machine on \(place.topic) has the name \"\(name)\"")
        )
    }

    private func place(of topic: String) -> (Place, TopicTemplate.Match)? {
        for place in places {
            if let match = place.topic.match(topic) { return (place, match) }
        }
        return nil
    }
}

extension PayloadReader {
    fileprivate func read(_ message: MQTTMessage) -> Reading {
        read(message.payload, receivedByteCount: message.receivedByteCount)
    }
}

extension PayloadReader.Reading {
    fileprivate func unplaced(_ reason: String) -> PayloadReader.Reading {
        PayloadReader.Reading(content: .unparseable(reason: reason), id: id, machine: machine)
    }
}
