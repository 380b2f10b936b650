/// The registers into which one PLC writes its events.
///
/// Register 0 holds the PLC's session. Slot `n` begins at register `16 + 8 n`:
///
/// | offset | holds | written by |
/// |---|---|---|
/// | 0 | sequence number, 1 to 65535, then 1 again; written last or with the rest | PLC |
/// | 1 | number of the machine | PLC |
/// | 2, 3 | code, high word first | PLC |
/// | 4 | value: 1 the fault comes, 0 it goes | PLC |
/// | 5 | the sequence number once the event is durable | Andon |
struct EventRing: Sendable {
    struct Entry: Sendable, Hashable {
        let slot: Int
        let sequence: UInt16
        let machine: UInt16
        let code: UInt32
        let value: UInt16
    }

    static let firstSlot = 16
    static let slotLength = 8
    private static let acknowledged = 5

    /// All registers, from address 0.
    private(set) var registers: [UInt16]

    /// - Parameter session: the PLC's, as it was before a restart of the appliance.
    init(slots: Int, session: UInt16) {
        registers = [UInt16](repeating: 0, count: EventRing.firstSlot + slots * EventRing.slotLength)
        registers[0] = session
    }

    /// The PLC chooses another number when it starts to count anew.
    var session: UInt16 { registers[0] }

    func holds(_ first: Int, _ count: Int) -> Bool { first >= 0 && count > 0 && first + count <= registers.count }

    /// Writes what is the PLC's to write.
    ///
    /// - Parameter first: with `values` inside the ring, see ``holds(_:_:)``.
    /// - Returns: the entries whose sequence number was written, in the order of their slots.
    mutating func write(_ values: [UInt16], at first: Int) -> [Entry] {
        var slots: [Int] = []
        for (offset, value) in values.enumerated() {
            let (slot, field) = (first + offset - EventRing.firstSlot).quotientAndRemainder(
                dividingBy: EventRing.slotLength)
            let isInSlot = first + offset >= EventRing.firstSlot
            guard !isInSlot || field != EventRing.acknowledged else { continue }
            registers[first + offset] = value
            if isInSlot, field == 0, value != 0 { slots.append(slot) }
        }
        return slots.map(entry)
    }

    private func entry(_ slot: Int) -> Entry {
        let start = EventRing.firstSlot + slot * EventRing.slotLength
        return Entry(
            slot: slot, sequence: registers[start], machine: registers[start + 1],
            code: UInt32(registers[start + 2]) << 16 | UInt32(registers[start + 3]), value: registers[start + 4])
    }

    /// Shows the PLC that the journal has the event.
    mutating func acknowledge(_ entry: Entry) {
        registers[EventRing.firstSlot + entry.slot * EventRing.slotLength + EventRing.acknowledged] = entry.sequence
    }
}

/// Gives each event of a PLC a number that does not repeat when its 16-bit sequence starts over.
///
/// A sequence number up to half the range ahead of the newest counts as newer, any other as sent again.
struct PushSequence: Sendable, Hashable {
    private static let range = 65_535

    private let keyPrefix: String
    private var session: UInt16 = 0
    private var laps = 0
    private var newest = 0

    init(client: String) { keyPrefix = "modbus:push:\(client)|" }

    /// What to ask the journal for after a start.
    var recallPrefix: String { keyPrefix }

    /// - Parameter newestKey: the newest key with ``recallPrefix``, if there is one.
    /// - Returns: the session that the PLC was in.
    mutating func restore(newestKey: String?) -> UInt16 {
        guard let newestKey, newestKey.hasPrefix(keyPrefix) else { return 0 }
        let parts = newestKey.dropFirst(keyPrefix.count).split(separator: ":")
        guard parts.count == 6, let session = UInt16(parts[0]), let laps = Int(parts[1]), let newest = UInt16(parts[2])
        else { return 0 }
        (self.session, self.laps, self.newest) = (session, laps, Int(newest))
        return session
    }

    /// - Returns: the key under which the journal keeps the event once.
    mutating func key(of entry: EventRing.Entry, session: UInt16) -> String {
        if session != self.session { (self.session, laps, newest) = (session, 0, 0) }
        let sequence = Int(entry.sequence)
        let ahead = (sequence - newest + PushSequence.range) % PushSequence.range
        var lap = laps
        if newest == 0 || ahead <= PushSequence.range / 2 {
            if sequence < newest { laps += 1 }
            newest = sequence
            lap = laps
        } else if sequence > newest {
            lap -= 1
        }
        return "\(keyPrefix)\(session):\(lap):\(sequence):\(entry.machine):\(entry.code):\(entry.value)"
    }
}
