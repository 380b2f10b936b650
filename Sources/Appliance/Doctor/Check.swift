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
    /// What `andon doctor --repair` did about it, or why it could not; nil where it had nothing to do.
    public internal(set) var repaired: String?
    /// What `andon doctor --repair` can do about it; nil where only a person can.
    var repair: Repair?

    enum CodingKeys: String, CodingKey { case name, state, detail, mend, repaired }

    init(_ name: String, _ state: State, _ detail: String, mend: String? = nil, repair: Repair? = nil) {
        self.name = name
        self.state = state
        self.detail = detail
        self.mend = mend ?? repair.map { "andon doctor --repair \($0.promise)" }
        self.repair = repair
    }
}

/// How a check's finding is set right without a person's judgement, and without losing anything.
struct Repair: Sendable, Hashable {
    /// What it will do, after "andon doctor --repair": "puts the newest whole snapshot in use".
    let promise: String
    /// - Returns: what was done.
    let run: @Sendable () throws -> String

    static func == (one: Repair, other: Repair) -> Bool { one.promise == other.promise }
    func hash(into hasher: inout Hasher) { hasher.combine(promise) }
}
