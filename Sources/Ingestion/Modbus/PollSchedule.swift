/// When which places of a device are read next; a pure state machine on a clock given from outside.
///
/// Times are nanoseconds of the monotonic clock. A group keeps its beat: a poll that was late does not move the later ones.
struct PollSchedule: Sendable {
    private var groups: [(intervalNs: Int64, dueNs: Int64)]

    /// - Parameter intervalsMs: one a group.
    /// - Parameter phase: where in its interval the first poll falls, from 0 to under 1, so that devices do not all ask at once.
    init(intervalsMs: [Int], phase: Double, startNs: Int64) {
        groups = intervalsMs.map { intervalMs in
            let intervalNs = Int64(intervalMs) * 1_000_000
            return (intervalNs, startNs + Int64(Double(intervalNs) * phase))
        }
    }

    /// The group that is due next; of groups that are due at once the first.
    var next: (group: Int, dueNs: Int64) {
        var best = 0
        for index in groups.indices where groups[index].dueNs < groups[best].dueNs { best = index }
        return (best, groups[best].dueNs)
    }

    /// A group was read; beats that have passed meanwhile are left out.
    mutating func settled(_ group: Int, nowNs: Int64) {
        let (intervalNs, dueNs) = groups[group]
        let beats = max(1, (nowNs - dueNs) / intervalNs + 1)
        groups[group].dueNs = dueNs + beats * intervalNs
    }

    /// The device failed: nothing is read before `delayMs` have passed, then the group that failed.
    mutating func postpone(_ group: Int, delayMs: Int, nowNs: Int64) {
        let retryNs = nowNs + Int64(delayMs) * 1_000_000
        groups[group].dueNs = retryNs
        for index in groups.indices { groups[index].dueNs = max(groups[index].dueNs, retryNs) }
    }
}
