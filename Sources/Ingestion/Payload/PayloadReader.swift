import Domain
import Foundation

/// Turns the payload of a message into what the event says.
///
/// Never fails: what cannot be read becomes ``Event/Content/unparseable(reason:)``, so that it is kept, counted and
/// shown. Only what would change the meaning of a fault makes a payload unreadable: a fault must not be lost over a bad
/// time stamp.
struct PayloadReader: Sendable {
    /// Payloads above this are not parsed, in bytes.
    static let parsedBytesLimit = MQTTMessage.bytesLimit
    /// Characters of a message that are kept for the report; the payload keeps all.
    static let messageLimit = 2000
    static let codeLimit = 64
    static let severityLimit = 64
    static let machineLimit = 256

    struct Reading: Sendable, Hashable {
        let content: Event.Content
        /// The publisher's own id of the event.
        let id: String?
        /// The machine's name, where the profile says where it stands and the payload can be read so far.
        var machine: String?

        /// The id among those of all machines on a topic: each may count its own from 1.
        var uniqueID: String? {
            guard let id, let machine else { return id }
            return "\(machine.utf8.count):\(machine):\(id)"
        }
    }

    private struct Unreadable: Error { let reason: String }

    let profile: PayloadProfile

    /// - Parameter receivedByteCount: of a payload that was cut.
    func read(_ payload: Data, receivedByteCount: Int? = nil) -> Reading {
        let count = receivedByteCount ?? payload.count
        guard count <= PayloadReader.parsedBytesLimit else {
            return unparseable("expected at most \(PayloadReader.parsedBytesLimit) bytes, got \(count)")
        }
        let fields: PayloadFields
        do {
            fields = try PayloadFields(payload, of: profile)
        } catch {
            return unparseable(error.reason)
        }
        let id = text(fields[.id]).flatMap { $0.isEmpty ? nil : $0 }
        let machine = cleaned(fields[.machine], PayloadReader.machineLimit)
        do {
            let report = FaultReport(
                code: try code(fields), message: cleaned(fields[.message], PayloadReader.messageLimit),
                severity: cleaned(fields[.severity], PayloadReader.severityLimit), active: try active(fields),
                occurredAt: text(fields[.time]).flatMap(RFC3339.date),
                instance: cleaned(fields[.instance], PayloadReader.codeLimit))
            return Reading(content: .fault(report), id: id, machine: machine)
        } catch {
            return Reading(content: .unparseable(reason: error.reason), id: id, machine: machine)
        }
    }

    private func unparseable(_ reason: String) -> Reading {
        Reading(content: .unparseable(reason: reason), id: nil)
    }

    /// How errors name a field.
    func place(_ field: PayloadField) -> String {
        guard case .json(let pointers) = profile.format, let pointer = pointers[field] else { return field.rawValue }
        return pointer.description
    }

    private func code(_ fields: PayloadFields) throws(Unreadable) -> FaultCode {
        let place = place(.code)
        let written: String
        switch fields[.code] {
        case .string(let text):
            let cleaned = CleanText.clean(text, limit: PayloadReader.codeLimit + 1) ?? ""
            // Without types, digits are the number that a format is for.
            let number = fields.isUntyped ? UInt64(cleaned) : nil
            written = number.flatMap { profile.codeFormat?.code($0) } ?? cleaned
        case .number(let digits):
            guard let number = UInt64(digits) else {
                throw Unreadable(reason: "\(place): expected text or a whole number from 0, got \(digits.prefix(64))")
            }
            written = (profile.codeFormat ?? .plain).code(number)
        case nil: throw Unreadable(reason: "\(place): expected a fault code, the key is missing")
        case let other?: throw Unreadable(reason: "\(place): expected text or a whole number, got \(other.kind)")
        }
        guard written.count <= PayloadReader.codeLimit, let code = FaultCode(written) else {
            throw Unreadable(
                reason: "\(place): expected 1 to \(PayloadReader.codeLimit) characters with a letter or digit")
        }
        return code
    }

    private func active(_ fields: PayloadFields) throws(Unreadable) -> Bool {
        if let active = fields.active { return active }
        switch fields[.active] {
        case nil: return true
        case .bool(let active): return active
        case .number("0"): return false
        case .number("1"): return true
        case .string(let text) where !profile.inactiveTexts.isEmpty:
            return !profile.inactiveTexts.contains(text.lowercased())
        case .string(let text) where fields.isUntyped && ["0", "false"].contains(text.lowercased()): return false
        case .string(let text) where fields.isUntyped && ["1", "true"].contains(text.lowercased()): return true
        case let other?: throw Unreadable(reason: "\(place(.active)): expected true or false, got \(other.kind)")
        }
    }

    private func cleaned(_ value: JSONValue?, _ limit: Int) -> String? {
        text(value).flatMap { CleanText.clean($0, limit: limit) }
    }

    /// Text and numbers as text; anything else stays in the payload only.
    private func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .number(let digits): digits
        default: nil
        }
    }
}
