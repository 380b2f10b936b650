import Domain
import Foundation
import GRDB

extension Library {
    /// Imports manuals, all of them or none, as one new snapshot; unchanged files alone make no new snapshot.
    ///
    /// - Parameters:
    ///   - paths: files, or folders whose files of known formats are taken (not their subfolders).
    ///   - overrides: values that count instead of those in the files.
    ///   - onStep: hears what the change is about to do, on the caller's thread.
    /// - Throws: ``ManualImportError`` for a file that is refused, ``LibraryError`` otherwise; the library is then as
    ///   it was.
    public func importManuals(
        _ paths: [URL], overrides: ManualMetadata = ManualMetadata(), onStep: @escaping (LibraryStep) -> Void = { _ in }
    ) throws -> ImportReport {
        let read = try ManualFiles.expand(paths, limits: limits).map { url in
            try ReadManual(url, overrides: overrides, limits: limits)
        }
        var seen: Set<String> = []
        for manual in read where !seen.insert(manual.file + "\n" + ModelKey.key(manual.model)).inserted {
            throw ManualImportError(
                .duplicate, file: manual.file, "given twice for machine model \(manual.model); one name, one manual")
        }
        return try change(onStep: onStep) { edit in
            let known = try snapshot?.hashes() ?? [:]
            var reports: [ImportReport.Manual] = []
            let changed = read.filter { known[$0.identity]?.hash != $0.contentHash }
            for manual in read where known[manual.identity]?.hash == manual.contentHash {
                reports.append(manual.report(.unchanged, revision: known[manual.identity]?.revision ?? 1))
            }
            guard !changed.isEmpty else { return (nil, ImportReport(library: libraryNumber, manuals: reports)) }
            let number = try edit.run { database in
                for manual in changed {
                    let revision = try manual.write(to: database)
                    reports.append(manual.report(revision == 1 ? .added : .updated, revision: revision))
                }
            }
            return (number, ImportReport(library: number, manuals: reports.sorted { $0.file < $1.file }))
        }
    }

    /// Takes a manual out. - Returns: the new snapshot's number.
    ///
    /// - Parameter machineModel: nil takes the file out for every model it was imported for.
    @discardableResult
    public func removeManual(file: String, machineModel: MachineModel? = nil) throws -> Int {
        try change { edit in
            let model = machineModel?.rawValue
            let entries = try manuals().filter { entry in
                entry.file == file
                    && (machineModel.map { ModelKey.key($0) == ModelKey.key(entry.machineModel) } ?? true)
            }
            guard !entries.isEmpty else {
                throw LibraryError.noManual(file: model.map { "\(file)\" for machine model \"\($0)" } ?? file)
            }
            let number = try edit.run { database in
                for entry in entries {
                    try database.execute(
                        sql: "DELETE FROM manual WHERE file = ? AND machine_model = ?",
                        arguments: [entry.file, entry.machineModel.rawValue])
                }
            }
            return (number, number)
        }
    }

    /// Goes back to the snapshot before the current one. - Returns: its number.
    @discardableResult
    public func rollBack() throws -> Int {
        let number = try Library.rollBack(in: folder.url)
        try refresh()
        return number
    }

    /// Goes back without opening the current snapshot, so that a damaged one can be left behind.
    @discardableResult
    public static func rollBack(in directory: URL) throws -> Int {
        let folder = LibraryFolder(url: directory)
        try folder.create()
        let lock = try LibraryLock(folder)
        defer { extendLifetime(lock) }
        // Only one earlier snapshot is ever kept.
        guard let current = try folder.currentNumber(),
            let previous = folder.snapshotNumbers().last(where: { $0 < current })
        else { throw LibraryError.nothingToRollBack }
        // Opened before it is put in use: a damaged one must not become current.
        _ = try LibrarySnapshot(folder.snapshot(previous), number: previous)
        try folder.makeCurrent(previous)
        return previous
    }

    /// Runs one change under the lock, on the newest snapshot, and takes up its result.
    private func change<Result>(
        onStep: @escaping (LibraryStep) -> Void = { _ in },
        _ body: (LibraryEdit) throws -> (newNumber: Int?, result: Result)
    ) throws -> Result {
        try folder.create()
        let lock = try LibraryLock(folder)
        defer { extendLifetime(lock) }
        folder.removeTemporaryFiles()
        try refresh()
        let (newNumber, result) = try body(
            LibraryEdit(folder: folder, current: snapshot?.number, onStep: onStep))
        if newNumber != nil { try refresh() }
        return result
    }
}

extension LibrarySnapshot {
    /// Content hash and revision of each manual, by its identity.
    func hashes() throws -> [ReadManual.Identity: (hash: String, revision: Int)] {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT file, machine_model, content_hash, revision FROM manual")
            return Dictionary(
                rows.map { row in
                    let model = MachineModel(rawValue: row["machine_model"])
                    return (
                        ReadManual.Identity(file: row["file"], modelKey: ModelKey.key(model)),
                        (row["content_hash"], row["revision"])
                    )
                }, uniquingKeysWith: { first, _ in first })
        }
    }
}
