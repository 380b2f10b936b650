import Domain
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import Manuals

@Suite("A library whose files were lost, damaged or closed off")
struct LibraryRecoveryTests {
    private let folder: TemporaryFolder
    private var files: LibraryFolder { LibraryFolder(url: folder.library) }

    /// A library of two snapshots.
    init() throws {
        folder = try TemporaryFolder()
        let library = try Library.open(folder.library)
        for round in 1...2 { _ = try library.importManuals([try manual(round)]) }
    }

    private func manual(_ round: Int) throws -> URL {
        try folder.write(
            "# machine_model: m1\n# language: en\nCode,Fault,Remedy\nF001,Pump stopped,Round \(round)\n", to: "a.csv")
    }

    private func remedy(_ library: Library) throws -> String? {
        try library.retrieve(.code("F001")).passages.first?.passage.remedies.first
    }

    private var snapshots: [Int] { get throws { try files.snapshotNumbers() } }

    /// Ways in which `current` is lost, and the library that is right then.
    enum Loss: String, CaseIterable {
        case missing, empty, garbage, outside, link, folder, missingFile, emptyFile, truncated, zeroedPage, textFile,
            newerSchema, renamed

        /// The second snapshot itself is lost.
        var takesSnapshot: Bool {
            ![.missing, .empty, .garbage, .outside, .link, .folder, .missingFile].contains(self)
        }
    }

    private func inflict(_ loss: Loss) throws {
        let current = files.currentFile
        let second = files.snapshot(2)
        func write(_ text: String) throws { try Data(text.utf8).write(to: current) }
        switch loss {
        case .missing: try FileManager.default.removeItem(at: current)
        case .empty: try write("")
        case .garbage: try Data([0, 255, 17, 10]).write(to: current)
        case .outside: try write("../../etc/passwd\n")
        case .missingFile: try write("000009.sqlite\n")
        case .link:
            let elsewhere = try folder.write("000001.sqlite\n", to: "elsewhere")
            try FileManager.default.removeItem(at: current)
            try FileManager.default.createSymbolicLink(at: current, withDestinationURL: elsewhere)
        case .folder:
            try FileManager.default.removeItem(at: current)
            try FileManager.default.createDirectory(at: current, withIntermediateDirectories: false)
        case .emptyFile: try Data().write(to: second)
        case .textFile: try Data("not a database, not at all".utf8).write(to: second)
        case .truncated:
            let bytes = try Data(contentsOf: second)
            try bytes.prefix(bytes.count / 2).write(to: second)
        case .zeroedPage:
            var bytes = try Data(contentsOf: second)
            let middle = bytes.count / 2 / 4096 * 4096
            bytes.replaceSubrange(middle..<middle + 4096, with: Data(count: 4096))
            try bytes.write(to: second)
        case .newerSchema:
            try DatabaseQueue(path: second.path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        case .renamed:
            try FileManager.default.removeItem(at: second)
            try FileManager.default.copyItem(at: files.snapshot(1), to: second)
        }
    }

    @Test(
        "the newest whole snapshot answers and says so; nothing is deleted; the next import goes on from it",
        arguments: Loss.allCases)
    func recovery(loss: Loss) throws {
        try inflict(loss)
        let right = loss.takesSnapshot ? 1 : 2
        let heard = Mutex<[LibraryRecovery]>([])
        let library = try Library.open(folder.library, onRecovery: { new in heard.withLock { $0.append(new) } })
        #expect(library.libraryNumber == right)
        #expect(try remedy(library) == "Round \(right)")
        for _ in 0..<3 { #expect(try !library.refresh()) }
        let told = heard.withLock { $0 }
        #expect(told.map(\.snapshot) == [right], "said once: \(told)")
        #expect(
            told.first?.problem.contains(
                loss.takesSnapshot ? "000002.sqlite" : loss == .missingFile ? "000009" : "current") == true)
        guard loss != .folder else {
            // Nobody but a person made that, so it stays.
            #expect(throws: LibraryError.self) { try library.importManuals([try manual(3)]) }
            #expect(try snapshots == [1, 2])
            return
        }
        let report = try library.importManuals([try manual(3)])
        #expect(report.library == 3)
        #expect(report.recovery == told.first)
        #expect(try snapshots == [1, 2, 3], "what was not superseded for sure stays")
        let reopened = try Library.open(folder.library)
        #expect(try reopened.recovery == nil)
        #expect(try remedy(reopened) == "Round 3")
        // Once the chain is whole again, it is cleaned up as ever.
        #expect(try reopened.importManuals([try manual(4)]).library == 4)
        #expect(try snapshots == [3, 4])
    }

    @Test(
        "repair makes that lasting, and finds nothing the second time",
        arguments: Loss.allCases.filter { $0 != .folder })
    func repair(loss: Loss) throws {
        try inflict(loss)
        let right = loss.takesSnapshot ? 1 : 2
        #expect(try Library.repair(folder.library)?.snapshot == right)
        #expect(try Library.repair(folder.library) == nil)
        let library = try Library.open(folder.library)
        #expect(try library.recovery == nil)
        #expect(try remedy(library) == "Round \(right)")
        #expect(try snapshots == [1, 2])
    }

    @Test(
        "a rollback goes to the newest whole snapshot before the one in use",
        arguments: [(Loss.missing, 1), (.garbage, 1), (.missingFile, 2), (.truncated, 1), (.newerSchema, 1)])
    func rollBack(loss: Loss, right: Int) throws {
        try inflict(loss)
        #expect(try Library.rollBack(in: folder.library) == right)
        #expect(try remedy(Library.open(folder.library)) == "Round \(right)")
        #expect(try snapshots == [1, 2])
    }

    @Test("a rollback without a snapshot before is refused, and changes nothing")
    func nothingBefore() throws {
        try FileManager.default.removeItem(at: files.snapshot(1))
        #expect(throws: LibraryError.nothingToRollBack) { try Library.rollBack(in: folder.library) }
        #expect(try remedy(Library.open(folder.library)) == "Round 2")
    }

    @Test("where nothing whole is left, every question is an error, and an import deletes nothing")
    func nothingWhole() throws {
        for number in 1...2 { try Data(count: 5_000).write(to: files.snapshot(number)) }
        #expect(throws: LibraryError.self) { try Library.open(folder.library) }
        let library = Library(folder.library)
        #expect(throws: LibraryError.self) { try library.retrieve(.code("F001")) }
        #expect(throws: LibraryError.self) { try library.importManuals([try manual(3)]) }
        #expect(try snapshots == [1, 2])
    }

    @Test("a library that was open and vanishes is an error, never an empty one")
    func vanished() throws {
        let library = try Library.open(folder.library)
        try FileManager.default.moveItem(at: folder.library, to: folder.url.appending(path: "moved"))
        #expect(throws: LibraryError.self) { try library.refresh() }
        try FileManager.default.moveItem(at: folder.url.appending(path: "moved"), to: folder.library)
        #expect(try !library.refresh())
        #expect(try remedy(library) == "Round 2")
    }

    @Test("damage that a running reader comes upon is an error, never 'not found'; then a whole snapshot is looked for")
    func damageMeanwhile() throws {
        let library = try Library.open(folder.library)
        var bytes = try Data(contentsOf: files.snapshot(2))
        bytes.replaceSubrange(4096..., with: Data(count: bytes.count - 4096))
        // Another change counter, or SQLite answers from the pages that it has in memory.
        bytes.replaceSubrange(24..<28, with: Data([9, 9, 9, 9]))
        let handle = try FileHandle(forWritingTo: files.snapshot(2))
        try handle.write(contentsOf: bytes)
        try handle.close()
        let error = #expect(throws: LibraryError.self) { try library.retrieve(.code("F001")) }
        #expect(error?.description.contains("000002.sqlite") == true)
        #expect(try library.refresh())
        #expect(try remedy(library) == "Round 1")
        #expect(try library.recovery?.problem.contains("000002.sqlite") == true)
    }

    @Test(
        "what this process may not read is an error that names it and its owner; nothing else is used or deleted",
        arguments: ["", "current", "000002.sqlite"])
    func unreadable(name: String) throws {
        let closed = name.isEmpty ? folder.library : folder.library.appending(path: name)
        let reader = Library(folder.library)
        try withoutRights(to: closed.path) {
            let error = #expect(throws: LibraryError.self) { try reader.retrieve(.code("F001")) }
            guard case .unreadable(let path, let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(path.hasPrefix(closed.path))
            #expect(reason.contains("Permission denied") && reason.contains("mode 00"), "\(reason)")
            #expect(throws: LibraryError.self) { try reader.search("F001") }
            #expect(throws: LibraryError.self) { try reader.manuals() }
            #expect(throws: LibraryError.self) { try Library.rollBack(in: folder.library) }
        }
        // The same object answers once it may.
        #expect(try remedy(reader) == "Round 2")
        #expect(try snapshots == [1, 2])
    }

    @Test("a snapshot that may not be read is not needed for an answer, but is not passed over when one is chosen")
    func unreadableOther() throws {
        try withoutRights(to: files.snapshot(1).path) {
            let found = try remedy(Library.open(folder.library))
            #expect(found == "Round 2")
        }
        try Data().write(to: files.snapshot(2))
        try withoutRights(to: files.snapshot(1).path) {
            _ = #expect(throws: LibraryError.self) { try Library.open(folder.library) }
        }
        #expect(try snapshots == [1, 2])
    }

    @Test("a running reader is not made to forget its library by rights that were taken away")
    func rightsTakenAway() throws {
        let library = try Library.open(folder.library)
        try withoutRights(to: folder.library.path) {
            _ = #expect(throws: LibraryError.self) { try library.refresh() }
        }
        #expect(try remedy(library) == "Round 2")
    }

    @Test("links that lie at the names of the library's files are not followed")
    func plantedLinks() throws {
        let precious = try folder.write("precious", to: "precious")
        let pid = ProcessInfo.processInfo.processIdentifier
        for name in ["new-\(pid).current", "new-\(pid).sqlite"] {
            try FileManager.default.createSymbolicLink(
                at: folder.library.appending(path: name), withDestinationURL: precious)
        }
        #expect(try Library.open(folder.library).importManuals([try manual(3)]).library == 3)
        #expect(try String(contentsOf: precious, encoding: .utf8) == "precious")
        try FileManager.default.removeItem(at: files.lockFile)
        try FileManager.default.createSymbolicLink(at: files.lockFile, withDestinationURL: precious)
        #expect(throws: LibraryError.self) { try Library.open(folder.library).importManuals([try manual(4)]) }
        #expect(try String(contentsOf: precious, encoding: .utf8) == "precious")
    }

    @Test("files are 0640 and folders 0750, and belong to the folder's owner where root imports")
    func modes() throws {
        let parent = folder.url.appending(path: "of-nobody")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: false)
        let isRoot = geteuid() == 0
        if isRoot { #expect(chown(parent.path, 65534, 65534) == 0) }
        let library = try Library.open(parent.appending(path: "library"))
        for round in 1...2 { _ = try library.importManuals([try manual(round)]) }
        for name in ["", "current", "lock", "000001.sqlite", "000002.sqlite"] {
            var status = stat()
            #expect(lstat(parent.path + "/library/" + name, &status) == 0)
            #expect(status.st_mode & 0o7777 == (name.isEmpty ? 0o750 : 0o640), "\(name)")
            if isRoot { #expect(status.st_uid == 65534 && status.st_gid == 65534, "\(name)") }
        }
    }
}
