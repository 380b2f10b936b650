import Domain
import Foundation
import Logging
import Synchronization

/// One device's places, faults and state; polled by whichever thread holds its line.
struct DevicePoller {
    private struct Group {
        let intervalMs: Int
        let points: [Int]
        let plan: ReadPlan
    }

    let target: ModbusTarget
    private let report: DeviceReport
    private let sink: any EventSink
    private let recall: any IdempotencyKeyRecall
    private let clock: any WallClock
    private let groups: [Group]
    private var faults: MachineFaults
    private var isRestored = false
    /// A reply that fits no request, until the journal has it.
    private var malformed: Event?
    private var malformedLimit = MinuteLimit()
    private(set) var health: PollHealth
    private var schedule: PollSchedule

    /// - Parameter phase: see ``PollSchedule``.
    init(
        _ target: ModbusTarget, phase: Double, startNs: Int64, report: DeviceReport, sink: any EventSink,
        recall: any IdempotencyKeyRecall, clock: any WallClock
    ) {
        self.target = target
        self.report = report
        self.sink = sink
        self.recall = recall
        self.clock = clock
        let profile = target.profile
        let points = profile.faults
        groups = Dictionary(grouping: points.indices) { points[$0].pollMs ?? target.pollMs }
            .sorted { $0.key < $1.key }
            .map { intervalMs, members in
                let plan = ReadPlan(
                    members.map { points[$0] }, maxRegisters: profile.maxRegisters, maxGap: profile.maxGap)
                return Group(intervalMs: intervalMs, points: members, plan: plan)
            }
        let intervalsMs = groups.map(\.intervalMs)
        faults = MachineFaults(machine: target.machine, points: points)
        health = PollHealth(pollMs: intervalsMs.first ?? target.pollMs)
        schedule = PollSchedule(intervalsMs: intervalsMs, phase: phase, startNs: startNs)
    }

    var dueNs: Int64 { schedule.next.dueNs }

    /// Reads what is due and hands the changes over.
    ///
    /// - Returns: what failed, if the device or its line did.
    mutating func poll(_ connection: ModbusConnection) -> ModbusError? {
        let group = schedule.next.group
        var failure: ModbusError?
        var journalProblem: (any Error)?
        do {
            try restore()
            do throws(ModbusError) {
                try read(groups[group], connection)
                health.succeeded()
                report.answered(at: clock.now())
            } catch {
                health.failed()
                failure = error
                note(error, groups[group])
            }
            // What waits for the journal goes out even while the device is silent.
            try deliver()
        } catch {
            journalProblem = error
        }
        if let problem = journalProblem ?? failure {
            report.failed(problem, isDegraded: journalProblem != nil || health.isDegraded)
        } else {
            report.isUp()
        }
        let nowNs = Monotonic.nowNs()
        if failure == nil {
            schedule.settled(group, nowNs: nowNs)
        } else {
            schedule.postpone(group, delayMs: health.nextDelayMs, nowNs: nowNs)
        }
        return failure
    }

    /// The line failed while another of its devices was asked: no use in asking this one now.
    mutating func lineFailed(_ error: ModbusError) {
        health.failed()
        report.failed(error, isDegraded: health.isDegraded)
        schedule.postpone(schedule.next.group, delayMs: health.nextDelayMs, nowNs: Monotonic.nowNs())
    }

    private mutating func restore() throws {
        guard !isRestored else { return }
        // Polling without it would report a standing fault twice.
        var restored = faults
        try restored.restore { [recall] in try recall.newestIdempotencyKeys(prefix: $0, limit: 1).first }
        faults = restored
        isRestored = true
    }

    private mutating func read(_ group: Group, _ connection: ModbusConnection) throws(ModbusError) {
        var image = RegisterImage()
        for request in group.plan.requests {
            let values = try connection.read(
                request, unit: target.unit, timeoutMs: target.profile.responseTimeoutMs)
            image.store(values, of: request)
        }
        faults.observe(
            group.points.compactMap { index in
                image.signals(of: target.profile.faults[index]).map { (index, $0) }
            })
    }

    /// Counts each reply that fits no request and keeps one a minute: a line with noise must not fill the disk.
    private mutating func note(_ error: ModbusError, _ group: Group) {
        guard case .brokenReply(_, _, let frame) = error else { return }
        report.answeredBadly()
        let nowNs = Monotonic.nowNs()
        guard malformedLimit.isDue(nowNs: nowNs) else { return malformedLimit.leaveOut() }
        defer { malformedLimit.pass(nowNs: nowNs) }
        malformed = Event(
            idempotencyKey: nil, source: .modbus(register: group.plan.requests.first?.first ?? 0),
            machine: target.machine, receivedAt: clock.now(), payload: Payload(Data(frame)),
            content: .unparseable(reason: "\(error)" + malformedLimit.moreText))
    }

    /// Hands over what is pending, in order; what the sink refuses is offered again with the next poll.
    private mutating func deliver() throws {
        let changes = faults.pending.map { Event($0, of: target, receivedAt: clock.now()) }
        if changes.count == 1 {
            // Shares its transaction with other devices' changes.
            try sink.accept(changes[0])
        } else if !changes.isEmpty {
            // Of one poll all or none: each key says what stands after them.
            try sink.accept(contentsOf: changes)
        }
        faults.settle(changes.count)
        if let event = malformed {
            try sink.accept(event)
            malformed = nil
        }
    }
}

extension Event {
    fileprivate init(_ change: MachineFaults.Change, of target: ModbusTarget, receivedAt: Date) {
        let point = change.point
        let signal = change.edge.signal
        let content: Content
        if let code = point.code(of: signal) {
            content = .fault(
                FaultReport(
                    code: code, message: nil, severity: point.naming.severity, active: change.edge.active,
                    occurredAt: nil))
        } else {
            content = .unparseable(
                reason: "\(target.profileName): \(point.table.rawValue) register \(point.register): "
                    + "\(signal.problem), expected a code with a letter or digit")
        }
        let raw = RawChange(register: point.register, value: signal, active: change.edge.active)
        self.init(
            idempotencyKey: change.edge.key, source: .modbus(register: point.register), machine: target.machine,
            receivedAt: receivedAt, payload: Payload(raw.sortedJSON), content: content)
    }
}

/// What the device held, as the event keeps it.
private struct RawChange: Encodable {
    let register: UInt16
    let value: FaultSignal
    let active: Bool
}
