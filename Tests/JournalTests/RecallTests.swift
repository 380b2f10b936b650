import Domain
import Foundation
import GRDB
import Testing

@testable import Journal

@Suite("Recalling idempotency keys")
struct RecallTests {
    private let temporary: TemporaryJournal
    private let journal: EventJournal

    init() throws {
        temporary = try TemporaryJournal()
        journal = try temporary.open()
    }

    private func append(_ keys: String...) throws {
        for key in keys {
            let report = FaultReport(
                code: try #require(FaultCode("F1")), message: nil, severity: nil, active: true, occurredAt: nil)
            try journal.accept(
                Event(
                    idempotencyKey: key, source: .modbus(register: 1), machine: nil, receivedAt: FixedClock.time,
                    payload: Payload(Data()), content: .fault(report)))
        }
    }

    /// As if so many events had come that the next is far from those before.
    private func skip(to sequence: Int64) throws {
        try temporary.database().write { database in
            try database.execute(
                sql: "INSERT INTO entry (sequence, kind, steady, wall) VALUES (?, 'timer', 0, 0)", arguments: [sequence]
            )
        }
    }

    @Test("the newest keys of a prefix come first, and none of another")
    func newest() throws {
        try append("modbus:1:m:1:5:active", "modbus:1:m2:1:5:active", "modbus:1:m:2:5:gone", "modbus:10:m:1:5:active")
        #expect(
            try journal.newestIdempotencyKeys(prefix: "modbus:1:m:", limit: 5)
                == ["modbus:1:m:2:5:gone", "modbus:1:m:1:5:active"])
        #expect(try journal.newestIdempotencyKeys(prefix: "modbus:1:m:", limit: 1) == ["modbus:1:m:2:5:gone"])
        #expect(try journal.newestIdempotencyKeys(prefix: "modbus:2:", limit: 1).isEmpty)
    }

    @Test("a place that was quiet while others told much is recalled all the same, or its next key would be taken")
    func quiet() throws {
        try append("modbus:1:m:9:5:gone", "modbus:1:m:10:7:active", "modbus:1:é:1:7:active")
        try skip(to: EventJournal.recalledEventsLimit + 100)
        try append("modbus:2:m:1:5:active")
        #expect(
            try journal.newestIdempotencyKeys(prefix: "modbus:1:m:", limit: 5)
                == ["modbus:1:m:10:7:active", "modbus:1:m:9:5:gone"])
        #expect(try journal.newestIdempotencyKeys(prefix: "modbus:1:é:", limit: 1) == ["modbus:1:é:1:7:active"])
    }
}
