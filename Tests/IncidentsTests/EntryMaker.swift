import Domain
import Foundation

/// Writes journal entries for a test, in order, at times given in seconds after a fixed start.
struct EntryMaker {
    static let start = Date(timeIntervalSince1970: 1_750_000_000)
    private(set) var sequence: Int64 = 0

    mutating func fault(
        _ code: String = "F30001", active: Bool = true, machine: String? = "press-07", at seconds: Double
    ) -> JournalEntry {
        let content: Event.Content =
            if let code = FaultCode(code) {
                .fault(
                    FaultReport(code: code, message: "overcurrent", severity: "high", active: active, occurredAt: nil))
            } else {
                .unparseable(reason: "no code in \(code)")
            }
        return event(content, machine: machine, at: seconds)
    }

    mutating func unparseable(at seconds: Double) -> JournalEntry {
        event(.unparseable(reason: "expected JSON"), machine: "press-07", at: seconds)
    }

    mutating func acknowledgement(of incident: Incident.ID, by: String = "Lin", at seconds: Double) -> JournalEntry {
        sequence += 1
        return .acknowledgement(
            Acknowledgement(sequence: sequence, incident: incident, by: by, at: EntryMaker.start + seconds))
    }

    private mutating func event(_ content: Event.Content, machine: String?, at seconds: Double) -> JournalEntry {
        sequence += 1
        return .event(
            JournaledEvent(
                sequence: sequence,
                event: Event(
                    idempotencyKey: nil, source: .mqtt(topic: "plant/alarm"),
                    machine: machine.map(MachineID.init(rawValue:)), receivedAt: EntryMaker.start + seconds,
                    payload: Payload(Data()), content: content)))
    }
}
