/// One thing that `andon doctor` looked at.
public struct Check: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable {
        case good
        /// The appliance works, but with less than it could.
        case warning
        case failed
    }

    public let name: String
    public let state: State
    /// What was found.
    public let detail: String
    /// What to do about it; nil when nothing is to be done.
    public let mend: String?

    init(_ name: String, _ state: State, _ detail: String, mend: String? = nil) {
        self.name = name
        self.state = state
        self.detail = detail
        self.mend = mend
    }
}
