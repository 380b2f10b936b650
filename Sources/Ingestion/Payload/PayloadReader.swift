import Domain
import Foundation

/// Turns the payload of a message into what the event says.
///
/// Never fails: what cannot be read becomes ``Event/Content/unparseable(reason:)``, so that it is kept, counted and
/// shown. Only what would change the meaning of a fault makes a payload unreadable: a fault must not be lost over a bad
/// time stamp.
struct PayloadReader: Sendable {
    /// Payloads above this are not parsed, in bytes; a log event has a few hundred.
    static let parsedBytesLimit = 1024 * 1024
    /// Characters of a message that are kept for the report; the payload keeps all.
    static let messageLimit = 2000
    static let codeLimit = 64
    static let severityLimit = 64

    struct Reading: Sendable, Hashable {
        let content: Event.Content
        /// The publisher's own id of the event.
        let id: String?
    }

    private struct Unreadable: Error { let reason: String }

    let profile: PayloadProfile

    func read(_ payload: Data) -> Reading {
        guard payload.count <= PayloadReader.parsedBytesLimit else {
            return unparseable("expected at most \(PayloadReader.parsedBytesLimit) bytes, got \(payload.count)")
        }
        let root: JSONValue
        do {
            root = try JSONReader.read(payload)
        } catch {
            return unparseable("expected JSON: \(error)")
        }
        guard case .object = root else { return unparseable("expected a JSON object, got \(root.kind)") }
        let id = text(root.value(at: profile.fields.id)).flatMap { $0.isEmpty ? nil : $0 }
        do {
            let report = FaultReport(
                code: try code(root), message: cleaned(root, profile.fields.message, PayloadReader.messageLimit),
                severity: cleaned(root, profile.fields.severity, PayloadReader.severityLimit), active: try active(root),
                occurredAt: text(root.value(at: profile.fields.time)).flatMap(RFC3339.date),
                instance: cleaned(root, ["instance"], PayloadReader.codeLimit))
            return Reading(content: .fault(report), id: id)
        } catch {
            return Reading(content: .unparseable(reason: error.reason), id: id)
        }
    }

    private func unparseable(_ reason: String) -> Reading {
        Reading(content: .unparseable(reason: reason), id: nil)
    }

    private func code(_ root: JSONValue) throws(Unreadable) -> FaultCode {
        let place = profile.fields.code.joined(separator: ".")
        let written: String
        switch root.value(at: profile.fields.code) {
        case .string(let text): written = CleanText.clean(text, limit: PayloadReader.codeLimit + 1) ?? ""
        case .number(let digits):
            guard let number = UInt64(digits) else {
                throw Unreadable(reason: "\(place): expected text or a whole number from 0, got \(digits.prefix(64))")
            }
            written = profile.codeFormat.code(number)
        case nil: throw Unreadable(reason: "\(place): expected a fault code, the key is missing")
        case let other?: throw Unreadable(reason: "\(place): expected text or a whole number, got \(other.kind)")
        }
        guard written.count <= PayloadReader.codeLimit, let code = FaultCode(written) else {
            throw Unreadable(
                reason: "\(place): expected 1 to \(PayloadReader.codeLimit) characters with a letter or digit")
        }
        return code
    }

    private func active(_ root: JSONValue) throws(Unreadable) -> Bool {
        switch root.value(at: profile.fields.active) {
        case nil: return true
        case .bool(let active): return active
        case .number("0"): return false
        case .number("1"): return true
        case .string(let text) where !profile.inactiveTexts.isEmpty:
            return !profile.inactiveTexts.contains(text.lowercased())
        case let other?:
            let place = profile.fields.active.joined(separator: ".")
            throw Unreadable(reason: "\(place): expected true or false, got \(other.kind)")
        }
    }

    private func cleaned(_ root: JSONValue, _ path: [String], _ limit: Int) -> String? {
        text(root.value(at: path)).flatMap { CleanText.clean($0, limit: limit) }
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
