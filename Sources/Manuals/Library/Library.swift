import Domain
import Foundation
import Synchronization

/// The manuals of a site: one current snapshot to search, changed only by making the next one.
///
/// Any number of readers, in any number of processes, keep their snapshot while an import makes the next; ``refresh()``
/// takes up a snapshot that another process has made.
///
/// Where `current` or the snapshot that it names is missing or damaged, the newest whole snapshot is used and
/// `onRecovery` is told; what cannot be read is an error of every method.
public final class Library: PassageRetriever, Sendable {
    /// What was opened last.
    private struct State {
        var choice: SnapshotChoice
        /// What the folder held then, where the snapshot had to be looked for; opening it again needs a reason.
        var mark: LibraryFolder.Mark?
        /// A question came upon damage in the snapshot: it is to be examined again.
        var isSuspect = false
    }

    let folder: LibraryFolder
    let limits: ImportLimits
    let settings: RetrievalSettings
    private let onRecovery: @Sendable (LibraryRecovery) -> Void
    private let state = Mutex<State?>(nil)

    /// A library that is opened when it is first asked something, and again after that failed.
    ///
    /// - Parameter onRecovery: hears, once each, that another snapshot is used than `current` names.
    public init(
        _ directory: URL, limits: ImportLimits = ImportLimits(), settings: RetrievalSettings = RetrievalSettings(),
        onRecovery: @escaping @Sendable (LibraryRecovery) -> Void = { _ in }
    ) {
        folder = LibraryFolder(url: directory)
        self.limits = limits
        self.settings = settings
        self.onRecovery = onRecovery
    }

    /// Opens the library in a folder; a folder without one is an empty library with number 0.
    ///
    /// - Throws: ``LibraryError`` when there is no whole snapshot to use, or something cannot be read.
    public static func open(
        _ directory: URL, limits: ImportLimits = ImportLimits(), settings: RetrievalSettings = RetrievalSettings(),
        onRecovery: @escaping @Sendable (LibraryRecovery) -> Void = { _ in }
    ) throws -> Library {
        let library = Library(directory, limits: limits, settings: settings, onRecovery: onRecovery)
        try library.refresh()
        return library
    }

    /// Takes up the snapshot that `current` names now. - Returns: whether it was another one.
    ///
    /// - Throws: ``LibraryError``; the snapshot in use stays.
    @discardableResult
    public func refresh() throws -> Bool {
        let before = state.withLock { $0 }
        if let before, try isUpToDate(before) { return false }
        var choice = try folder.choose()
        let number = before?.choice.snapshot?.number
        if let number, choice.snapshot == nil {
            throw LibraryError.damaged(path: folder.url.path, reason: "snapshot \(number) was in use and is gone")
        }
        if let before, !before.isSuspect, let open = before.choice.snapshot, open.number == choice.snapshot?.number {
            choice = SnapshotChoice(snapshot: open, recovery: choice.recovery)
        }
        let recovery = choice.recovery
        let fresh = State(choice: choice, mark: recovery == nil ? nil : try folder.mark())
        state.withLock { $0 = fresh }
        if let recovery, recovery != before?.choice.recovery { onRecovery(recovery) }
        return choice.snapshot?.number != number
    }

    private func isUpToDate(_ state: State) throws -> Bool {
        if state.isSuspect { return false }
        if let mark = state.mark { return try folder.mark() == mark }
        guard let snapshot = state.choice.snapshot else { return false }
        return try folder.pointer() == .snapshot(snapshot.number)
    }

    /// Why another snapshot is in use than the one that `current` names; nil where all is well.
    public var recovery: LibraryRecovery? {
        get throws { try opened().recovery }
    }

    /// Number of the snapshot in use; 0 while there is none.
    public var libraryNumber: Int { state.withLock { $0?.choice.snapshot?.number } ?? 0 }

    /// The manuals of the snapshot in use, by file name.
    public func manuals() throws -> [ManualEntry] { try snapshot?.manuals() ?? [] }

    /// The newest revision's passages of a file, in the order of the document.
    public func passages(ofFile file: String) throws -> [Passage] { try snapshot?.passages(ofFile: file) ?? [] }

    /// - Throws: ``LibraryError``; after damage the next ``refresh()`` looks for a whole snapshot.
    public func retrieve(_ question: Question) throws -> Retrieval {
        guard let snapshot = try snapshot else { return .nothing(suggestions: []) }
        do {
            return try Retriever(snapshot: snapshot, settings: settings).retrieve(question)
        } catch let error as LibraryError where error.isDamage {
            state.withLock { $0?.isSuspect = true }
            throw error
        }
    }

    /// The snapshot in use; a caller that keeps it is not disturbed by a switch.
    var snapshot: LibrarySnapshot? {
        get throws { try opened().snapshot }
    }

    private func opened() throws -> SnapshotChoice {
        if let choice = state.withLock({ $0?.choice }) { return choice }
        try refresh()
        return state.withLock { $0?.choice } ?? SnapshotChoice(snapshot: nil)
    }
}

/// A row of `manual list`.
public struct ManualEntry: Codable, Sendable, Hashable {
    public let file: String
    public let title: String
    public let machineModel: MachineModel
    public let language: Language
    public let revision: Int
    public let documentNumber: String?
    public let revisionLabel: String?
    public let passages: Int
    public let codes: Int
    /// Rows that wait for a person's eyes.
    public let withheld: Int

    enum CodingKeys: String, CodingKey {
        case file, title
        case machineModel = "machine_model"
        case language, revision
        case documentNumber = "document_number"
        case revisionLabel = "revision_label"
        case passages, codes, withheld
    }
}
