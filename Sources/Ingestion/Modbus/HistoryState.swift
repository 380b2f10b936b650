/// What a machine's fault history and its registers had told together, when a change was told.
///
/// Beside a register the history's own keys are not enough to go on after a restart: most of its entries make no event,
/// because the register told them. So the key of every change carries this behind an `@`:
/// `ordinal:place:list:unclaimed`.
struct HistoryState: Sendable, Hashable {
    /// Counts the machine's polls that told a change, so that the newest of its places' keys is known.
    let ordinal: Int
    /// The history's ``FaultPoint/id``: another register after a change of the profile is another list.
    let place: String
    /// The list as it was read, newest first; everything in it is told.
    let list: [FaultSignal]
    /// Faults that a register told and the list did not hold yet.
    let unclaimed: [FaultSignal]

    init(ordinal: Int, place: String, list: [FaultSignal], unclaimed: [FaultSignal]) {
        self.ordinal = ordinal
        self.place = place
        self.list = list
        self.unclaimed = unclaimed
    }

    /// Takes a key apart.
    ///
    /// - Returns: the key without the state, and the state if it carries one.
    static func split(_ key: String) -> (key: String, state: HistoryState?) {
        // No place, machine or token has the mark in it.
        let halves = key.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return (key, nil) }
        return (String(halves[0]), HistoryState(halves[1]))
    }

    private init?(_ text: Substring) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let ordinal = Int(parts[0]), ordinal > 0 else { return nil }
        self.init(
            ordinal: ordinal, place: String(parts[1]), list: [FaultSignal](tokens: parts[2]),
            unclaimed: [FaultSignal](tokens: parts[3]))
    }

    /// What a key ends with.
    var suffix: String { "@\(ordinal):\(place):\(list.tokens):\(unclaimed.tokens)" }
}

extension [FaultSignal] {
    /// As one part of a key.
    var tokens: String { map(\.token).joined(separator: "+") }

    init(tokens: some StringProtocol) { self = tokens.split(separator: "+").compactMap { FaultSignal(token: $0) } }
}
