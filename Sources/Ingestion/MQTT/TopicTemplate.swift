import Domain

/// A topic filter in which `{machine}` stands for the level that names the machine, and other names in braces for levels
/// that are only described: `plant/{line}/{machine}/alarm`.
public struct TopicTemplate: Sendable, Hashable, CustomStringConvertible {
    private static let placeholder = "{machine}"
    /// The longest template, in bytes.
    private static let bytesLimit = 1024

    private let levels: [String]

    /// - Throws: ``TopicTemplateError`` naming what is wrong.
    public init(_ text: String) throws(TopicTemplateError) {
        let levels = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...TopicTemplate.bytesLimit).contains(text.utf8.count), !text.contains("\0") else {
            throw TopicTemplateError(template: text, expected: "1 to \(TopicTemplate.bytesLimit) bytes without NUL")
        }
        for (index, level) in levels.enumerated() where level != "+" {
            let isLast = index == levels.count - 1
            guard level == "#" ? isLast : !level.contains("#") && !level.contains("+") else {
                throw TopicTemplateError(template: text, expected: "+ alone on a level, # alone on the last level")
            }
            guard TopicTemplate.isPlaceholder(level) || !(level.contains("{") || level.contains("}")) else {
                throw TopicTemplateError(template: text, expected: "{machine} or {line} alone on a level")
            }
        }
        guard levels.filter({ $0 == TopicTemplate.placeholder }).count <= 1 else {
            throw TopicTemplateError(template: text, expected: "{machine} at most once")
        }
        self.levels = levels
    }

    /// - Parameter levels: well-formed.
    init(levels: [String]) { self.levels = levels }

    public var description: String { levels.joined(separator: "/") }

    /// What the broker is asked for.
    public var filter: String { filterLevels.joined(separator: "/") }

    private var filterLevels: [String] { levels.map { TopicTemplate.isPlaceholder($0) ? "+" : $0 } }

    private static func isPlaceholder(_ level: String) -> Bool {
        level.count > 2 && level.hasPrefix("{") && level.hasSuffix("}")
            && level.dropFirst().dropLast().allSatisfy { $0.isASCII && $0.isLetter }
    }

    /// True when every topic is named in full, so that a message can be published to it for a known machine.
    public var isPublishable: Bool {
        !filterLevels.enumerated().contains { $1 == "#" || $1 == "+" && levels[$0] != TopicTemplate.placeholder }
    }

    public var namesMachine: Bool { levels.contains(TopicTemplate.placeholder) }

    /// The topics of one machine.
    public func narrowed(to machine: MachineID) -> TopicTemplate {
        TopicTemplate(levels: levels.map { $0 == TopicTemplate.placeholder ? machine.rawValue : $0 })
    }

    public func topic(for machine: MachineID) -> String {
        levels.map { $0 == TopicTemplate.placeholder ? machine.rawValue : $0 }.joined(separator: "/")
    }

    /// What a topic says when it matches: the machine that its placeholder level names, if that is an id.
    struct Match: Hashable {
        let machine: MachineID?
    }

    func match(_ topic: String) -> Match? {
        let topicLevels = topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard TopicTemplate.covers(filterLevels, topicLevels) else { return nil }
        guard let index = levels.firstIndex(of: TopicTemplate.placeholder) else { return Match(machine: nil) }
        return Match(machine: MachineID(checking: topicLevels[index]))
    }

    /// True when the broker would send every message of `other` for this filter as well.
    public func covers(_ other: TopicTemplate) -> Bool { TopicTemplate.covers(filterLevels, other.filterLevels) }

    /// True when some topic matches both.
    public func overlaps(_ other: TopicTemplate) -> Bool {
        let (own, others) = (filterLevels, other.filterLevels)
        for (one, another) in [(own, others), (others, own)]
        where one[0].hasPrefix("$") && (another[0] == "+" || another[0] == "#") {
            return false
        }
        for (one, another) in zip(own, others) {
            if one == "#" || another == "#" { return true }
            guard one == another || one == "+" || another == "+" else { return false }
        }
        // `a/#` matches `a` too.
        let rest = own.count > others.count ? own.dropFirst(others.count) : others.dropFirst(own.count)
        return rest.isEmpty || Array(rest) == ["#"]
    }

    private static func covers(_ filter: [String], _ levels: [String]) -> Bool {
        // MQTT 3.1.1 §4.7.2: a wildcard on the first level does not reach topics of the broker itself.
        if levels[0].hasPrefix("$"), filter[0] == "+" || filter[0] == "#" { return false }
        for (index, level) in filter.enumerated() {
            if level == "#" { return true }
            guard index < levels.count, levels[index] != "#", level == "+" || level == levels[index] else {
                return false
            }
        }
        return filter.count == levels.count
    }
}

public struct TopicTemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    public let template: String
    public let expected: String

    public var description: String { "topic \"\(template)\": expected \(expected)" }
}
