import Domain
import Foundation
import GRDB

/// What an import of maintenance records did.
public struct RecordReport: Codable, Sendable, Hashable {
    public struct File: Codable, Sendable, Hashable {
        public let file: String
        public let outcome: ImportReport.Outcome
        public let records: Int
        public let warnings: [ImportWarning]
    }

    /// Number of the snapshot in use afterwards.
    public let library: Int
    public let files: [File]
}

extension Library {
    /// Imports lists of repairs, all of them or none, as one new snapshot.
    ///
    /// - Parameters:
    ///   - columns: header words that the lists use beside the known ones.
    ///   - machineModel: the model of rows that tell none.
    ///   - machineModels: models of the machines that rows may name.
    ///   - onProgress: hears how far reading is, on the caller's thread.
    /// - Throws: ``ManualImportError`` for a file that is refused, ``LibraryError`` otherwise; the library is then as
    ///   it was.
    public func importRecords(
        _ paths: [URL], columns: RecordColumns = RecordColumns(), machineModel: MachineModel? = nil,
        machineModels: [MachineID: MachineModel] = [:], onProgress: (ImportProgress) -> Void = { _ in }
    ) throws -> RecordReport {
        try change { edit in
            func tell(_ file: String, _ number: Int, _ stage: ImportProgress.Stage) {
                onProgress(ImportProgress(file: file, number: number, files: paths.count, stage: stage))
            }
            let read = try paths.enumerated().map { index, url in
                tell(url.lastPathComponent, index + 1, .reading)
                return try RecordFile(
                    url, columns: columns, machineModel: machineModel, machineModels: machineModels, limits: limits)
            }
            var known: [String: String] = [:]
            for file in read {
                known[file.file] = try snapshot?.read { try RecordStore.hash(of: file.file, in: $0) }
            }
            let changed = read.filter { known[$0.file] != $0.contentHash }
            let files = read.map { file in
                let outcome: ImportReport.Outcome =
                    known[file.file].map { $0 == file.contentHash ? .unchanged : .updated } ?? .added
                return RecordReport.File(
                    file: file.file, outcome: outcome, records: file.records.count, warnings: file.warnings)
            }
            guard !changed.isEmpty else { return (nil, RecordReport(library: libraryNumber, files: files)) }
            let number = try edit.run { database in
                for file in changed { try RecordStore.replace(with: file, in: database) }
                tell("", paths.count, .publishing)
            }
            return (number, RecordReport(library: number, files: files))
        }
    }

    /// Takes a list of repairs out. - Returns: the new snapshot's number.
    @discardableResult
    public func removeRecords(file: String) throws -> Int {
        try change { edit in
            guard try recordSources().contains(where: { $0.file == file }) else {
                throw LibraryError.noManual(file: file)
            }
            let number = try edit.run { try RecordStore.remove(file, from: $0) }
            return (number, number)
        }
    }

    /// The lists of repairs in the snapshot in use, by file name.
    public func recordSources() throws -> [RecordSource] {
        try snapshot?.read { try RecordStore.sources(in: $0) } ?? []
    }

    /// What the plant's own records say about the code that a search found.
    public func repairHistory(for results: SearchResults) throws -> RepairHistory? {
        guard let first = results.results.first, first.match == .code || first.match == .codeVariant,
            let code = first.code, results.results.allSatisfy({ $0.machineModel == first.machineModel })
        else { return nil }
        return try repairHistory(of: code, machineModel: first.machineModel)
    }

    /// What the plant's own records say about a code; nil where they say nothing.
    ///
    /// - Parameter machineModel: nil answers only if a single model has records of the code: what helped on one model
    ///   may harm another.
    public func repairHistory(of code: FaultCode, machineModel: MachineModel?) throws -> RepairHistory? {
        try snapshot?.read { database in
            let found = try RecordStore.records(
                of: code, modelKey: machineModel.map(ModelKey.key), in: database, limit: RepairTally.mostRecords)
            guard let model = found.first?.record.model,
                found.allSatisfy({ ModelKey.key($0.record.model) == ModelKey.key(model) })
            else { return nil }
            let index = CodeIndex(database: database, machineModel: model, forms: settings.codeForms)
            let owner = try index.owners(ofExact: code.normalized).first
            let remedies = try owner.flatMap { try index.passages(of: $0, role: .answers).first }?.remedies ?? []
            return RepairTally(found.map(\.record), remedies: remedies).history(
                of: code, model: model, sources: Set(found.map(\.file)).sorted())
        }
    }
}
