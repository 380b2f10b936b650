/// Where a value lies in a JSON text (RFC 6901): `/alarms/0/code`.
///
/// A text without a leading slash is the key of the outermost object.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    private static let depthLimit = 8

    let steps: [String]
    public let description: String

    /// - Returns: nil when `text` has no step, more than eight, or a `~` that escapes nothing.
    public init?(_ text: String) {
        description = text
        guard text.hasPrefix("/") else {
            guard !text.isEmpty else { return nil }
            steps = [text]
            return
        }
        let written = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard written.count <= JSONPointer.depthLimit else { return nil }
        var steps: [String] = []
        for step in written {
            guard let plain = JSONPointer.unescaped(step) else { return nil }
            steps.append(plain)
        }
        self.steps = steps
    }

    init(key: String) {
        steps = [key]
        description = key
    }

    private static func unescaped(_ step: Substring) -> String? {
        let parts = step.split(separator: "~", omittingEmptySubsequences: false)
        var plain = String(parts[0])
        for part in parts.dropFirst() {
            switch part.first {
            case "0": plain += "~" + part.dropFirst()
            case "1": plain += "/" + part.dropFirst()
            default: return nil
            }
        }
        return plain
    }
}
