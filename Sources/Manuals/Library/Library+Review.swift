import Domain
import Foundation
import GRDB

/// A row of `manual review`: what waits for a person's eyes, and why.
public struct ReviewRow: Codable, Sendable, Hashable {
    public let row: String
    public let manual: String
    public let revision: Int
    public let machineModel: MachineModel
    public let page: Int?
    /// In the file, from 1; nil in formats without lines.
    public let line: Int?
    public let heading: [String]
    public let codes: [FaultCode]
    public let reasons: [WithholdingReason]
    /// The row's words, and its warnings where those are the reason; untrusted.
    public let text: String
    public let safety: [SafetyBlock]

    enum CodingKeys: String, CodingKey {
        case row, manual, revision
        case machineModel = "machine_model"
        case page, line, heading, codes, reasons, text, safety
    }
}

extension Library {
    /// The rows that are withheld, in the order of their manuals.
    public func withheldRows() throws -> [ReviewRow] {
        guard let snapshot = try snapshot, snapshot.hasWithheldRows else { return [] }
        return try snapshot.read { try WithheldStore.found(in: $0, where: "true", []) }.map { stored in
            ReviewRow(
                row: stored.row, manual: stored.manual.file, revision: stored.manual.revision,
                machineModel: stored.manual.machineModel, page: stored.draft.page, line: stored.draft.line,
                heading: stored.draft.heading, codes: stored.draft.codes, reasons: stored.draft.withheldFor,
                text: stored.draft.text, safety: stored.draft.safety)
        }
    }

    /// Lets withheld rows count from now on, in a new snapshot; the same row of a later import counts too.
    ///
    /// - Parameters:
    ///   - rows: as ``ReviewRow/row`` names them.
    ///   - person: who looked at them; it is kept with the acceptance.
    /// - Returns: the new snapshot's number.
    /// - Throws: ``LibraryError/noWithheldRow(_:)`` when one is none; then nothing changes.
    @discardableResult
    public func acceptRows(_ rows: [String], by person: String) throws -> Int {
        try change { edit in
            let known = Set(try withheldRows().map(\.row))
            if let unknown = rows.first(where: { !known.contains($0) }) { throw LibraryError.noWithheldRow(unknown) }
            let number = try edit.run { database in
                for row in Set(rows).sorted() { _ = try WithheldStore.accept(row, by: person, in: database) }
            }
            return (number, number)
        }
    }

    public func withheld(_ question: Question) throws -> [WithheldRow] {
        guard let snapshot = try snapshot, snapshot.hasWithheldRows else { return [] }
        return try Retriever(snapshot: snapshot, settings: settings).withheld(question)
    }
}
