import Domain
import Foundation
import Testing

@testable import Incidents

@Suite("Delays, shelves, suppression, latches and groups")
struct AlarmRuleTests {
    private var make = EntryMaker()

    private func fold(_ rules: AlarmRule...) -> IncidentFold {
        var all = FoldRules.standard
        all.alarms = rules
        all.groups.floodCount = 3
        return IncidentFold([], rules: all)
    }

    private func transitions(_ changes: [IncidentChange]) -> [String] {
        changes.compactMap { change in
            switch change {
            case .opened(let incident, _, _): "opened \(incident.state.rawValue)"
            case .updated(let incident, let transition, _): "\(transition.rawValue) \(incident.state.rawValue)"
            case .ignored(_, let reason): "ignored \(reason.rawValue)"
            case .grouped: nil
            }
        }
    }

    @Test("an alarm that only the rules before kept back comes forward with the new ones, and no other one does")
    mutating func changedRules() throws {
        var before = fold(
            AlarmRule(code: FaultCode("F2"), suppressedWhile: FaultCode("F1")),
            AlarmRule(code: FaultCode("F3"), suppressedWhile: FaultCode("F1")))
        _ = before.fold(make.fault("F1", at: 0))
        let kept = before.fold(make.fault("F2", at: 1)) + before.fold(make.fault("F3", at: 2))
        #expect(transitions(kept) == ["suppressed suppressed-by-design", "suppressed suppressed-by-design"])
        var rules = FoldRules.standard
        rules.alarms = [AlarmRule(code: FaultCode("F3"), suppressedWhile: FaultCode("F1"))]
        var after = IncidentFold(before.latest.values, rules: rules)
        #expect(transitions(after.fold(make.rules(at: 3))) == ["opened active-unacknowledged"])
        #expect(transitions(after.fold(make.rules(at: 4))) == ["ignored nothing-to-bring-forward"])
    }

    @Test("what the program closes keeps nothing back any more, and the next report is a new incident")
    mutating func closed() throws {
        var fold = fold(AlarmRule(code: FaultCode("F2"), suppressedWhile: FaultCode("F1")))
        _ = fold.fold(make.fault("F1", at: 0))
        _ = fold.fold(make.fault("F2", at: 1))
        #expect(
            transitions(fold.fold(make.operation(.close, of: 1, at: 100))) == [
                "closed normal", "opened active-unacknowledged",
            ])
        #expect(transitions(fold.fold(make.operation(.close, of: 1, at: 101))) == ["ignored operation-does-not-apply"])
        #expect(transitions(fold.fold(make.fault("F1", active: false, at: 102))) == ["ignored returned-without-active"])
        let next = fold.fold(make.fault("F1", at: 40_000))
        #expect(next.first?.incident?.id == 6)
    }

    @Test("a fault is announced when it has stood for its on-delay, by a timer or by the next report")
    mutating func onDelay() {
        var fold = fold(AlarmRule(onDelaySeconds: 10))
        #expect(transitions(fold.fold(make.fault(at: 0))) == ["delayed normal"])
        #expect(transitions(fold.fold(make.timer(at: 9))) == ["ignored nothing-due"])
        #expect(transitions(fold.fold(make.timer(at: 10))) == ["opened active-unacknowledged"])
        _ = fold.fold(make.fault("F2", at: 20))
        #expect(
            transitions(fold.fold(make.fault("F2", at: 31))) == [
                "opened active-unacknowledged", "repeated active-unacknowledged",
            ])
    }

    @Test("a fault that goes within its on-delay is never announced, and its next try is the same incident")
    mutating func withdrawn() {
        var fold = fold(AlarmRule(onDelaySeconds: 10))
        _ = fold.fold(make.fault(at: 0))
        #expect(transitions(fold.fold(make.fault(active: false, at: 5))) == ["withdrawn normal"])
        #expect(transitions(fold.fold(make.timer(at: 20))) == ["ignored nothing-due"])
        let again = fold.fold(make.fault(at: 30))
        #expect(transitions(again) == ["delayed normal"])
        #expect(again.last?.incident?.id == 1)
        #expect(again.last?.incident?.count == 2)
    }

    @Test("a fault that is back within its off-delay never went")
    mutating func offDelay() {
        var fold = fold(AlarmRule(offDelaySeconds: 10))
        _ = fold.fold(make.fault(at: 0))
        #expect(transitions(fold.fold(make.fault(active: false, at: 5))) == ["clearing active-unacknowledged"])
        #expect(transitions(fold.fold(make.fault(at: 9))) == ["repeated active-unacknowledged"])
        _ = fold.fold(make.fault(active: false, at: 10))
        #expect(transitions(fold.fold(make.timer(at: 20))) == ["returned returned-unacknowledged"])
    }

    @Test("a shelf gives back: unacknowledged if the fault stands, closed if not", arguments: [true, false])
    mutating func shelf(stands: Bool) {
        var fold = fold()
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.acknowledgement(of: 1, at: 1))
        #expect(transitions(fold.fold(make.operation(.shelve, of: 1, for: 3_600, at: 2))) == ["shelved shelved"])
        #expect(transitions(fold.fold(make.fault(at: 3))) == ["repeated shelved"])
        if !stands { _ = fold.fold(make.fault(active: false, at: 4)) }
        let back = fold.fold(make.timer(at: 3_602))
        #expect(transitions(back) == ["unshelved \(stands ? "active-unacknowledged" : "normal")"])
        #expect(back.last?.incident?.shelvedUntil == nil)
        #expect(!stands || back.last?.incident?.acknowledgedBy == nil)
    }

    @Test("whatever a shelving says, it ends within a day")
    mutating func endlessShelf() {
        var fold = fold()
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.operation(.shelve, of: 1, for: .infinity, at: 0))
        #expect(transitions(fold.fold(make.timer(at: 86_400))) == ["unshelved active-unacknowledged"])
    }

    @Test("out of service it stays until a person brings it back, however long and whatever is reported")
    mutating func outOfService() {
        var fold = fold()
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.operation(.removeFromService, of: 1, at: 1))
        #expect(transitions(fold.fold(make.fault(at: 1e6))) == ["repeated out-of-service"])
        #expect(
            transitions(fold.fold(make.operation(.shelve, of: 1, for: 60, at: 1e6))) == [
                "ignored operation-does-not-apply"
            ])
        #expect(
            transitions(fold.fold(make.operation(.returnToService, of: 1, at: 1e6 + 1))) == [
                "returned-to-service active-unacknowledged"
            ])
    }

    @Test("a latching alarm stays until it is reset")
    mutating func latch() {
        var fold = fold(AlarmRule(latches: true))
        _ = fold.fold(make.fault(at: 0))
        _ = fold.fold(make.acknowledgement(of: 1, at: 1))
        #expect(transitions(fold.fold(make.fault(active: false, at: 2))) == ["returned latched"])
        #expect(transitions(fold.fold(make.operation(.reset, of: 1, at: 3))) == ["reset normal"])
    }

    @Test("a consequence is suppressed while its cause stands, and comes forward if it outlives it")
    mutating func suppression() {
        var fold = fold(AlarmRule(code: FaultCode("F2"), suppressedWhile: FaultCode("F1")))
        _ = fold.fold(make.fault("F2", at: 0))
        #expect(
            transitions(fold.fold(make.fault("F1", at: 1))) == [
                "opened active-unacknowledged", "suppressed suppressed-by-design",
            ])
        #expect(
            transitions(fold.fold(make.fault("F1", active: false, at: 2))) == [
                "returned returned-unacknowledged", "unsuppressed active-unacknowledged",
            ])
        _ = fold.fold(make.fault("F1", machine: "press-08", at: 3))
        #expect(
            transitions(fold.fold(make.fault("F2", machine: "press-08", at: 4))) == ["suppressed suppressed-by-design"])
        #expect(
            transitions(fold.fold(make.fault("F1", active: false, machine: "press-08", at: 5))) == [
                "returned returned-unacknowledged", "opened active-unacknowledged",
            ])
    }

    @Test("an alarm that stands for a day is stale, until it goes")
    mutating func stale() {
        var fold = fold()
        _ = fold.fold(make.fault(at: 0))
        let day = fold.fold(make.timer(at: 86_400))
        #expect(transitions(day) == ["became-stale active-unacknowledged"])
        #expect(fold.fold(make.fault(active: false, at: 86_401)).last?.incident?.isStale == false)
    }

    @Test("alarms of one machine that come together are a group with a first-out; three here are a flood, which ends")
    mutating func groups() throws {
        var fold = fold()
        func grouped(_ changes: [IncidentChange]) -> [String] {
            changes.compactMap { change in
                guard case .grouped(let group, let transition, _) = change else { return nil }
                return "\(transition.rawValue) \(group.id) of \(group.count)"
            }
        }
        #expect(grouped(fold.fold(make.fault("F1", severity: "info", at: 0))) == ["started 1 of 1"])
        #expect(grouped(fold.fold(make.fault("F2", at: 50))) == ["joined 1 of 2"])
        #expect(grouped(fold.fold(make.fault("F2", machine: "press-08", at: 50))) == ["started 3 of 1"])
        let third = fold.fold(make.fault("F3", severity: "critical", at: 100))
        #expect(grouped(third) == ["joined 1 of 3", "flood-began 1 of 3"])
        guard case .grouped(let group, _, _) = third.last else { return }
        #expect(group.isFlood && group.highestPriority == .high)
        #expect(third.first?.incident?.isFirstOut == false)
        #expect(grouped(fold.fold(make.timer(at: 160))) == [])
        #expect(grouped(fold.fold(make.timer(at: 161))) == ["flood-ended 1 of 3"])
        #expect(grouped(fold.fold(make.fault("F4", at: 162))) == ["started 7 of 1"])
    }

    @Test("instances of a code are faults of their own; a lost line is an incident of its own, outside of groups")
    mutating func keys() throws {
        var fold = fold()
        #expect(try fold.change(make.fault(instance: "axis 1", at: 0)).incident?.id == 1)
        #expect(try fold.change(make.fault(instance: "axis 2", at: 0)).incident?.id == 2)
        let link = Event.Source.link(endpoint: "10.0.0.1:502/1")
        let lost = try fold.change(make.fault("COMM-LOST", source: link, at: 0))
        #expect(transitions([lost]) == ["delayed normal"], "a short loss is no alarm")
        let opened = try #require(fold.fold(make.timer(at: 10)).first?.incident)
        #expect(opened.kind == .commLost && opened.group == nil)
        #expect(try fold.change(make.fault("COMM-LOST", at: 11)).incident?.kind == .fault)
    }

    @Test(
        "the priority is the rule's, else that of the machine's word",
        arguments: [("Critical", AlarmPriority.high), ("warn", .low), ("error", .medium), ("???", .medium)])
    mutating func priority(word: String, expected: AlarmPriority) throws {
        var fold = fold(AlarmRule(code: FaultCode("F9"), priority: .low))
        #expect(try fold.change(make.fault(severity: word, at: 0)).incident?.priority == expected)
        #expect(try fold.change(make.fault("F9", severity: word, at: 0)).incident?.priority == .low)
    }
}
