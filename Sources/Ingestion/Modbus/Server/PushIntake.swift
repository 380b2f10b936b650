import Domain
import Foundation
import Logging

/// What one PLC has written, and the events that come of it; used by the server's thread.
struct PushIntake {
    private let client: String
    private let machines: [UInt16: PushMachine]
    private let slots: Int
    private let sink: any EventSink
    private let recall: any IdempotencyKeyRecall
    private let clock: any WallClock
    private var sequence: PushSequence
    /// Nil until the journal was asked which session the PLC was in.
    private var ring: EventRing?
    private var malformed = MinuteLimit()
    private var log: UnreadableLog
    /// Requests that were no Modbus, and events that could not be read, since start.
    private(set) var unreadable = 0

    /// - Parameter machines: of this client.
    init(
        client: String, machines: [PushMachine], slots: Int, sink: any EventSink, recall: any IdempotencyKeyRecall,
        clock: any WallClock, logger: Logger
    ) {
        self.client = client
        self.machines = Dictionary(machines.map { ($0.number, $0) }) { first, _ in first }
        self.slots = slots
        self.sink = sink
        self.recall = recall
        self.clock = clock
        sequence = PushSequence(client: client)
        log = UnreadableLog(logger)
    }

    /// - Throws: the journal's error; then the PLC is told to try again.
    mutating func registers() throws -> [UInt16] { try restored().registers }

    /// Writes, makes the complete events durable, and shows them as acknowledged.
    ///
    /// - Returns: false when the registers do not exist.
    /// - Throws: the journal's error; nothing of the write stands then.
    mutating func write(_ values: [UInt16], at first: Int) throws -> Bool {
        var changed = try restored()
        guard changed.holds(first, values.count) else { return false }
        for entry in changed.write(values, at: first) {
            var next = sequence
            let key = next.key(of: entry, session: changed.session)
            let event = event(entry, key: key, slotAddress: EventRing.firstSlot + entry.slot * EventRing.slotLength)
            // What the PLC writes again was counted before.
            if case .appended = try sink.accept(event) { note(event) }
            sequence = next
            changed.acknowledge(entry)
        }
        ring = changed
        return true
    }

    /// Counts bytes that are no Modbus, and keeps those of one request a minute.
    mutating func keep(malformed bytes: [UInt8], nowNs: Int64 = Monotonic.nowNs()) throws {
        guard malformed.isDue(nowNs: nowNs) else {
            unreadable += 1
            return malformed.leaveOut()
        }
        let event = Event(
            idempotencyKey: nil, source: .modbus(register: 0), machine: nil, receivedAt: clock.now(),
            payload: Payload(Data(bytes)),
            content: .unparseable(reason: "\(client) sent bytes that are no Modbus TCP request" + malformed.moreText))
        try sink.accept(event)
        malformed.pass(nowNs: nowNs)
        note(event)
    }

    private mutating func note(_ event: Event) {
        if case .unparseable = event.content { unreadable += 1 }
        log.note(event, nowNs: Monotonic.nowNs())
    }

    private mutating func restored() throws -> EventRing {
        if let ring { return ring }
        let newest = try recall.newestIdempotencyKeys(prefix: sequence.recallPrefix, limit: 1).first
        let made = EventRing(slots: slots, session: sequence.restore(newestKey: newest))
        ring = made
        return made
    }

    private func event(_ entry: EventRing.Entry, key: String, slotAddress: Int) -> Event {
        let machine = machines[entry.machine]
        let payload =
            #"{"active":\#(entry.value),"code":\#(entry.code),"machine":\#(entry.machine),"sequence":\#(entry.sequence)}"#
        return Event(
            idempotencyKey: key, source: .modbus(register: UInt16(slotAddress)), machine: machine?.machine,
            receivedAt: clock.now(), payload: Payload(Data(payload.utf8)), content: content(entry, machine))
    }

    private func content(_ entry: EventRing.Entry, _ machine: PushMachine?) -> Event.Content {
        guard let machine else {
            return .unparseable(reason: "\(client) wrote machine \(entry.machine), which no configured machine is")
        }
        guard entry.value <= 1 else {
            return .unparseable(reason: "\(client) wrote the value \(entry.value), expected 1 (comes) or 0 (goes)")
        }
        guard let code = FaultCode(machine.naming.code(of: Int64(entry.code))) else {
            return .unparseable(reason: "\(machine.profileName): the code \(entry.code) has no letter or digit")
        }
        return .fault(
            FaultReport(
                code: code, message: nil, severity: machine.naming.severity, active: entry.value == 1, occurredAt: nil))
    }
}
