import Domain
import Foundation
import Synchronization

/// The manuals of a site: one current snapshot to search, changed only by making the next one.
///
/// Any number of readers, in any number of processes, keep their snapshot while an import makes the next; ``refresh()``
/// takes up a snapshot that another process has made.
public final class Library: PassageRetriever, Sendable {
    let folder: LibraryFolder
    let limits: ImportLimits
    let settings: RetrievalSettings
    private let current: Mutex<LibrarySnapshot?>

    private init(
        folder: LibraryFolder, limits: ImportLimits, settings: RetrievalSettings, snapshot: LibrarySnapshot?
    ) {
        self.folder = folder
        self.limits = limits
        self.settings = settings
        current = Mutex(snapshot)
    }

    /// Opens the library in a folder; a folder without one is an empty library with number 0.
    ///
    /// - Throws: ``LibraryError`` when `current` names a snapshot that is missing or damaged.
    public static func open(
        _ directory: URL, limits: ImportLimits = ImportLimits(), settings: RetrievalSettings = RetrievalSettings()
    ) throws -> Library {
        let folder = LibraryFolder(url: directory)
        return Library(
            folder: folder, limits: limits, settings: settings, snapshot: try LibrarySnapshot.current(in: folder))
    }

    /// Takes up the snapshot that `current` names now. - Returns: whether it was another one.
    @discardableResult
    public func refresh() throws -> Bool {
        let number = try folder.currentNumber()
        guard number != snapshot?.number else { return false }
        let fresh = try LibrarySnapshot.current(in: folder)
        current.withLock { $0 = fresh }
        return true
    }

    /// Number of the snapshot in use; 0 while there is none.
    public var libraryNumber: Int { snapshot?.number ?? 0 }

    /// The manuals of the snapshot in use, by file name.
    public func manuals() throws -> [ManualEntry] { try snapshot?.manuals() ?? [] }

    /// The newest revision's passages of a file, in the order of the document.
    public func passages(ofFile file: String) throws -> [Passage] { try snapshot?.passages(ofFile: file) ?? [] }

    public func retrieve(_ question: Question) throws -> Retrieval {
        guard let snapshot else { return .nothing(suggestions: []) }
        return try Retriever(snapshot: snapshot, settings: settings).retrieve(question)
    }

    /// The snapshot in use; a caller that keeps it is not disturbed by a switch.
    var snapshot: LibrarySnapshot? { current.withLock { $0 } }
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

    enum CodingKeys: String, CodingKey {
        case file, title
        case machineModel = "machine_model"
        case language, revision
        case documentNumber = "document_number"
        case revisionLabel = "revision_label"
        case passages, codes
    }
}
