import Domain
import Foundation

extension IncidentFold {
    /// Puts a newly announced incident into its machine's group.
    ///
    /// - Returns: what that does to the group.
    mutating func join(_ incident: inout Incident, _ moment: Moment) -> [IncidentChange] {
        guard var group = groups[incident.machine], takesAlarms(group, moment) else {
            return begin(&incident, moment)
        }
        group.count += 1
        group.lastAt = max(group.startedAt, incident.lastSeen)
        group.lastSteadySeconds = moment.steadySeconds
        group.highestPriority = max(group.highestPriority, incident.priority)
        incident.group = group.id
        var transitions = [IncidentChange.GroupTransition.joined]
        if !group.isFlood, group.count >= rules.groups.floodCount {
            group.isFlood = true
            transitions.append(.floodBegan)
        }
        if group.isFlood { group.floodEnds = moment.steadySeconds + rules.groups.joinWithinSeconds }
        groups[incident.machine] = group
        return transitions.map { .grouped(group, $0, by: moment.sequence) }
    }

    private func takesAlarms(_ group: AlarmGroup, _ moment: Moment) -> Bool {
        moment.steadySeconds - group.lastSteadySeconds <= rules.groups.joinWithinSeconds
            && moment.steadySeconds - group.startedSteadySeconds <= rules.groups.longestSeconds
    }

    private mutating func begin(_ incident: inout Incident, _ moment: Moment) -> [IncidentChange] {
        var ended: [IncidentChange] = []
        if let earlier = groups[incident.machine], earlier.floodEnds != nil {
            ended.append(endFlood(earlier, moment))
        }
        let group = AlarmGroup(
            id: incident.id, machine: incident.machine, startedAt: incident.lastSeen, lastAt: incident.lastSeen,
            startedSteadySeconds: moment.steadySeconds, lastSteadySeconds: moment.steadySeconds, count: 1,
            highestPriority: incident.priority)
        incident.group = group.id
        groups[incident.machine] = group
        return ended + [.grouped(group, .started, by: moment.sequence)]
    }

    mutating func endFloods(_ moment: Moment) {
        let over = groups.values.filter { ($0.floodEnds ?? .infinity) < moment.steadySeconds }
        for group in over.sorted(by: { $0.id < $1.id }) { changes.append(endFlood(group, moment)) }
    }

    private mutating func endFlood(_ group: AlarmGroup, _ moment: Moment) -> IncidentChange {
        var ended = group
        ended.floodEnds = nil
        groups[group.machine] = ended
        return .grouped(ended, .floodEnded, by: moment.sequence)
    }
}
