import Domain
import Foundation
import GRDB

extension Library {
    /// Imports manuals, all of them or none, as one new snapshot; unchanged files alone make no new snapshot.
    ///
    /// Each file is written as soon as it is read, so that memory holds one manual at a time.
    ///
    /// - Parameters:
    ///   - paths: files, or folders whose files of known formats are taken (not their subfolders).
    ///   - overrides: values that count instead of those in the files.
    ///   - onStep: hears what the change is about to do, on the caller's thread.
    ///   - onProgress: hears how far reading is, on the caller's thread.
    /// - Throws: ``ManualImportError`` for a file that is refused, ``LibraryError`` otherwise; the library is then as
    ///   it was.
    public func importManuals(
        _ paths: [URL], overrides: ManualMetadata = ManualMetadata(),
        onStep: @escaping (LibraryStep) -> Void = { _ in },
        onProgress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) throws -> ImportReport {
        try change(onStep: onStep) { edit in
            let (files, links) = try ManualFiles.expand(paths, limits: limits)
            let named = try files.map { url in
                try NamedManual(url, overrides: overrides, limits: limits)
            }
            var seen: Set<ReadManual.Identity> = []
            func claim(_ identity: ReadManual.Identity, _ model: MachineModel) throws {
                guard seen.insert(identity).inserted else {
                    throw ManualImportError(
                        .duplicate, file: identity.file,
                        "given twice for machine model \(model); one name, one manual")
                }
            }
            var reports: [ImportReport.Manual] = []
            var changed: [NamedManual] = []
            for manual in named {
                if let entry = try snapshot?.manual(file: manual.file, contentHash: manual.contentHash) {
                    try claim(ReadManual.Identity(file: entry.file, model: entry.machineModel), entry.machineModel)
                    reports.append(entry.unchangedReport)
                } else {
                    changed.append(manual)
                }
            }
            guard !changed.isEmpty else {
                return (
                    nil,
                    ImportReport(
                        library: libraryNumber, manuals: reports, recovery: edit.recovered, unfollowedLinks: links)
                )
            }
            let count = changed.count
            let number = try edit.run { database in
                for (index, manual) in changed.enumerated() {
                    let tell = { @Sendable (stage: ImportProgress.Stage) in
                        onProgress(
                            ImportProgress(file: manual.file, number: index + 1, files: count, stage: stage))
                    }
                    tell(.reading)
                    let read = try manual.read(
                        ImportContext(limits: limits) { tell(.pages(done: $0, total: $1)) })
                    try claim(read.identity, read.model)
                    let (revision, withheld) = try read.write(to: database)
                    reports.append(
                        read.report(revision == 1 ? .added : .updated, revision: revision, withheld: withheld))
                }
                onProgress(
                    ImportProgress(file: "", number: count, files: count, stage: .publishing))
            }
            return (
                number,
                ImportReport(
                    library: number, manuals: reports.sorted { $0.file < $1.file }, recovery: edit.recovered,
                    unfollowedLinks: links)
            )
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
    ///
    /// The snapshot before it is the newest whole one with a lower number. Where `current` does not say which one is in
    /// use, the newest whole one is.
    @discardableResult
    public static func rollBack(in directory: URL) throws -> Int {
        let folder = LibraryFolder(url: directory)
        try folder.create()
        let lock = try folder.lock()
        defer { extendLifetime(lock) }
        let number: Int?
        if case .snapshot(let named) = try folder.pointer() {
            number = named
        } else {
            number = try folder.newestWhole()?.number
        }
        guard let number, let previous = try folder.newestWhole(below: number) else {
            throw LibraryError.nothingToRollBack
        }
        try folder.makeCurrent(previous.number)
        return previous.number
    }

    /// Makes `current` name the newest whole snapshot, where it names none.
    ///
    /// - Returns: what was wrong; nil where nothing was.
    /// - Throws: ``LibraryError``, also where no whole snapshot is left.
    public static func repair(_ directory: URL) throws -> LibraryRecovery? {
        let library = try open(directory)
        let lock = try library.folder.lock()
        defer { extendLifetime(lock) }
        return try library.mend()
    }

    /// Runs one change under the lock, on the newest snapshot, and takes up its result.
    func change<Result>(
        onStep: @escaping (LibraryStep) -> Void = { _ in },
        _ body: (LibraryEdit) throws -> (newNumber: Int?, result: Result)
    ) throws -> Result {
        try folder.create()
        let lock = try folder.lock()
        defer { extendLifetime(lock) }
        try folder.removeTemporaryFiles()
        let recovered = try mend()
        let (newNumber, result) = try body(
            LibraryEdit(folder: folder, current: snapshot?.number, recovered: recovered, onStep: onStep))
        if newNumber != nil { try refresh() }
        return result
    }

    /// Takes up the newest snapshot; where `current` does not name it, puts that right. The caller has the lock.
    ///
    /// - Returns: what was wrong.
    private func mend() throws -> LibraryRecovery? {
        try refresh()
        guard let recovery = try recovery else { return nil }
        try folder.makeCurrent(recovery.snapshot)
        try refresh()
        return recovery
    }
}
