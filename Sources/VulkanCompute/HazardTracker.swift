/// Decides which buffer ranges need a barrier before a command, from what the commands before it touched.
///
/// Two accesses to overlapping ranges need one unless both only read. A range leaves the list with its barrier,
/// because that barrier orders it against every later command.
struct HazardTracker {
    struct Access {
        let slice: BufferSlice
        let writes: Bool
    }

    private var pending: [Access] = []

    /// The earlier accesses that a barrier must order before `next`.
    mutating func conflicts(with next: [Access]) -> [Access] {
        let conflicting = { (earlier: Access) in
            next.contains { ($0.writes || earlier.writes) && $0.slice.overlaps(earlier.slice) }
        }
        let found = pending.filter(conflicting)
        if !found.isEmpty { pending.removeAll(where: conflicting) }
        pending.append(contentsOf: next)
        return found
    }
}
