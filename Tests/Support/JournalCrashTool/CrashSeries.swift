@_spi(Verification) import Domain
import Foundation
import Incidents
import Journal

/// The events that the crash tool appends and what it does beside.
enum CrashSeries {
    /// Five faults on three machines that rise and clear again; every seventh message cannot be read.
    static func event(_ number: Int) -> Event {
        let text = "event \(number)"
        let content: Event.Content =
            if number.isMultiple(of: 7) {
                .unparseable(reason: "expected JSON")
            } else if let code = FaultCode("F\(number % 5)") {
                .fault(
                    FaultReport(
                        code: code, message: text, severity: nil, active: !(number / 5).isMultiple(of: 2),
                        occurredAt: nil))
            } else {
                .unparseable(reason: "expected a code")
            }
        return Event(
            idempotencyKey: "key-\(number)", source: .mqtt(topic: "plant/alarm"),
            machine: MachineID(rawValue: "press-\(number % 3)"),
            receivedAt: Date(timeIntervalSince1970: 1_750_000_000 + Double(number) * 40),
            payload: Payload(Data(text.utf8)),
            content: content)
    }

    static func foldAndAnswer(_ journal: EventJournal) throws {
        while case let pending = try journal.pending(limit: 5), !pending.isEmpty {
            var fold = IncidentFold(pending.incidents, groups: pending.groups)
            try journal.apply(pending.entries.flatMap { fold.fold($0) }, to: pending)
        }
        for incident in try journal.incidentsWithoutAnswer(limit: 2) {
            _ = try journal.record(answer(for: incident), for: incident.id)
            try journal.acknowledge(incident: incident.id, by: "crash tool", at: incident.lastSeen)
            try journal.operate(
                .shelve, incident: incident.id, seconds: 1, by: "crash tool", at: incident.lastSeen)
        }
    }

    /// The approval of the one cause is edited with each number; hardly anything that is over stays.
    static func approveAndExpire(_ journal: EventJournal, _ number: Int, exportTo folder: URL) throws {
        _ = try journal.approve(answer(title: "\(number)"), source: "cause", by: "crash tool")
        _ = try journal.expire(RetentionRules(maxBytes: 1), exportTo: folder)
    }

    private static func answer(for incident: Incident) -> Answer {
        answer(machine: incident.machine, code: incident.code)
    }

    private static func answer(machine: MachineID? = nil, code: FaultCode? = nil, title: String? = nil) -> Answer {
        Answer(
            status: .notInManuals, machine: machine, code: code, title: title, safety: [],
            procedures: [], candidates: [], suggestions: [], citations: [],
            provenance: Provenance(
                model: nil, modelSHA256: nil, adapter: nil, library: 1, promptVersion: 1,
                verifier: Provenance.Verifier(droppedSteps: 0)),
            timing: Timing(retrieve: 0, firstToken: nil, total: 0))
    }
}
