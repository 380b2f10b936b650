import Domain
import Foundation
import GRDB

extension Event {
    /// What ``init(_:)`` reads.
    static let columns = """
        event.sequence, idempotency_key, source, topic, register, event.machine, received_at, payload,
        received_byte_count, unparseable_reason, event.code, event.message, event.severity, active, occurred_at,
        event.instance
        """

    func insert(at sequence: Int64, _ database: Database) throws {
        var sourceName = "typed"
        var topic: String?
        var register: Int64?
        switch source {
        case .mqtt(let name): (sourceName, topic) = ("mqtt", name)
        case .link(let endpoint): (sourceName, topic) = ("link", endpoint)
        case .modbus(let address): (sourceName, register) = ("modbus", Int64(address))
        case .typed: break
        }
        var reason: String?
        var report: FaultReport?
        switch content {
        case .fault(let fault): report = fault
        case .unparseable(let why): reason = why
        }
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO event (sequence, idempotency_key, source, topic, register, machine, received_at, payload,
                    received_byte_count, unparseable_reason, code, message, severity, active, occurred_at,
                    instance)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(
            arguments: [
                sequence, idempotencyKey, sourceName, topic, register, machine?.rawValue,
                receivedAt.timeIntervalSince1970, payload.bytes, payload.receivedByteCount, reason,
                report?.code.written, report?.message, report?.severity, report?.active,
                report?.occurredAt?.timeIntervalSince1970, report?.instance,
            ])
    }

    /// - Throws: ``RowProblem`` when the row is not one that ``insert(at:_:)`` wrote.
    init(_ row: Row) throws {
        self.init(
            idempotencyKey: try row.decode(String?.self, forColumn: "idempotency_key"),
            source: try Event.source(row),
            machine: try row.decode(String?.self, forColumn: "machine").map(MachineID.init(rawValue:)),
            receivedAt: try row.date("received_at"),
            payload: Payload(
                kept: try row.decode(Data.self, forColumn: "payload"),
                receivedByteCount: try row.decode(Int.self, forColumn: "received_byte_count")),
            content: try Event.content(row))
    }

    private static func source(_ row: Row) throws -> Source {
        switch try row.decode(String.self, forColumn: "source") {
        case "mqtt": return .mqtt(topic: try row.decode(String.self, forColumn: "topic"))
        case "modbus": return .modbus(register: try row.decode(UInt16.self, forColumn: "register"))
        case "typed": return .typed
        case "link": return .link(endpoint: try row.decode(String.self, forColumn: "topic"))
        case let other: throw RowProblem(column: "source", expected: "mqtt, modbus, typed or link", found: other)
        }
    }

    private static func content(_ row: Row) throws -> Content {
        if let reason = try row.decode(String?.self, forColumn: "unparseable_reason") {
            return .unparseable(reason: reason)
        }
        return .fault(
            FaultReport(
                code: try row.faultCode("code"),
                message: try row.decode(String?.self, forColumn: "message"),
                severity: try row.decode(String?.self, forColumn: "severity"),
                active: try row.decode(Bool.self, forColumn: "active"),
                occurredAt: try row.optionalDate("occurred_at"),
                instance: try row.decode(String?.self, forColumn: "instance")))
    }
}

extension JournaledEvent {
    init(_ row: Row) throws {
        self.init(
            sequence: try row.decode(Int64.self, forColumn: "sequence"),
            steadySeconds: try row.decode(Double.self, forColumn: "steady"), event: try Event(row))
    }
}

/// A stored value that this program never writes.
struct RowProblem: Error {
    let column: String
    let expected: String
    let found: String
}

extension Row {
    func date(_ column: String) throws -> Date {
        Date(timeIntervalSince1970: try decode(Double.self, forColumn: column))
    }

    func optionalDate(_ column: String) throws -> Date? {
        try decode(Double?.self, forColumn: column).map(Date.init(timeIntervalSince1970:))
    }

    func faultCode(_ column: String) throws -> FaultCode {
        let written = try decode(String.self, forColumn: column)
        guard let code = FaultCode(written) else {
            throw RowProblem(column: column, expected: "a fault code", found: written)
        }
        return code
    }
}
