import Domain
import Foundation
import Testing

@testable import Manuals

@Suite struct LibraryTests {
    private let folder: TemporaryFolder
    private let library: Library

    init() throws {
        folder = try TemporaryFolder()
        library = try Library.open(folder.library)
    }

    private func manual(_ remedy: String, model: String = "m1", code: String = "F001") -> String {
        "---\ntitle: T\nmachine_model: \(model)\nlanguage: en\n---\n\n## Fault \(code): Pump stopped\n\n1. \(remedy)\n\nF002 follows.\n"
    }

    private var snapshots: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.library.path).filter { $0.hasSuffix(".sqlite") }
                .sorted()
        }
    }

    private func remedies(_ library: Library, code: String = "F001") throws -> [String] {
        try library.retrieve(.code(code)).passages.first?.passage.remedies ?? []
    }

    @Test("an empty folder is an empty library")
    func empty() throws {
        #expect(library.libraryNumber == 0)
        #expect(try library.retrieve(.code("F001")).isNothing)
        #expect(try library.manuals().isEmpty)
        #expect(try library.search("pump").abstain)
    }

    @Test("each change makes the next snapshot; the one before is kept, older ones go")
    func numbering() throws {
        for round in 1...3 {
            let report = try library.importManuals([folder.write(manual("Round \(round)."), to: "a.md")])
            #expect(report.library == round)
            #expect(report.manuals.map(\.revision) == [round])
            #expect(report.manuals.map(\.outcome) == [round == 1 ? .added : .updated])
        }
        #expect(try snapshots == ["000002.sqlite", "000003.sqlite"])
        #expect(try remedies(library) == ["Round 3."])
        #expect(try library.manuals().map(\.revision) == [3])
        #expect(try library.passages(ofFile: "a.md").count == 1)
    }

    @Test("unchanged content makes no new snapshot; changed settings do")
    func idempotent() throws {
        let file = try folder.write(manual("Go."), to: "a.md")
        let first = try library.importManuals([file])
        let id = try library.passages(ofFile: "a.md").map(\.id)
        let again = try library.importManuals([file])
        #expect(first.hasChanges && !again.hasChanges)
        #expect(again.manuals.map(\.outcome) == [.unchanged])
        #expect(library.libraryNumber == 1)
        let renamed = try library.importManuals([file], overrides: ManualMetadata(title: "Other"))
        #expect(renamed.library == 2)
        #expect(try library.passages(ofFile: "a.md").map(\.id) == id)
    }

    @Test("the superseded revision leaves both indexes")
    func superseded() throws {
        _ = try library.importManuals([folder.write(manual("Grease the flange."), to: "a.md")])
        #expect(!(try library.retrieve(.text("grease flange")).passages.isEmpty))
        _ = try library.importManuals([folder.write(manual("Go.", code: "F009"), to: "a.md")])
        #expect(try library.retrieve(.code("F001")).isNothing)
        #expect(try library.retrieve(.text("grease flange")).isNothing)
    }

    @Test("one bad file refuses the whole import")
    func allOrNothing() throws {
        let good = try folder.write(manual("Go."), to: "a.md")
        let bad = try folder.write("# machine_model: m1\n# language: en\nCode,Fault\nF1,x\nF2\n", to: "b.csv")
        #expect(throws: ManualImportError.self) { try library.importManuals([good, bad]) }
        #expect(library.libraryNumber == 0)
        #expect(throws: ManualImportError.self) { try library.importManuals([folder.write("# T\n", to: "c.md")]) }
        #expect(throws: ManualImportError.self) { try library.importManuals([folder.write("x", to: "d.pdf")]) }
        #expect(throws: ManualImportError.self) { try library.importManuals([good, good]) }
        #expect(throws: ManualImportError.self) { try library.importManuals([folder.url.appending(path: "none")]) }
    }

    @Test("a manual is removed, and a rollback brings it back")
    func removeAndRollBack() throws {
        _ = try library.importManuals([folder.write(manual("Go."), to: "a.md")])
        #expect(try library.removeManual(file: "a.md") == 2)
        #expect(try library.retrieve(.code("F001")).isNothing)
        #expect(try library.rollBack() == 1)
        #expect(try remedies(library) == ["Go."])
        #expect(throws: LibraryError.nothingToRollBack) { try library.rollBack() }
        #expect(throws: LibraryError.noManual(file: "x.md")) { try library.removeManual(file: "x.md") }
        let next = try library.importManuals([folder.write(manual("Stop."), to: "a.md")])
        #expect(next.library == 3)
        #expect(next.manuals.first?.revision == 2)
    }

    @Test("a revision's number is never given twice, not even after a rollback")
    func revisionNumbersAfterRollback() throws {
        for round in 1...3 { _ = try library.importManuals([folder.write(manual("Round \(round)."), to: "a.md")]) }
        #expect(try library.rollBack() == 2)
        #expect(try library.manuals().map(\.revision) == [2])
        let next = try library.importManuals([folder.write(manual("Round 4."), to: "a.md")])
        #expect(next.library == 4)
        #expect(next.manuals.map(\.revision) == [4])
    }

    @Test("an answer's manual is superseded by another revision and by its removal")
    func supersededAnswers() throws {
        _ = try library.importManuals([folder.write(manual("Go."), to: "a.md")])
        let passage = try #require(try library.retrieve(.code("F001")).passages.first?.passage)
        let citations = [Citation(id: "p1", passage: passage), Citation(id: "p2", passage: passage)]
        #expect(try library.supersededManuals(citedBy: citations).isEmpty)
        _ = try library.importManuals([folder.write(manual("Stop."), to: "a.md")])
        #expect(
            try library.supersededManuals(citedBy: citations) == [
                SupersededManual(manual: "a.md", revision: 1, currentRevision: 2)
            ])
        try library.removeManual(file: "a.md")
        #expect(
            try library.supersededManuals(citedBy: citations) == [
                SupersededManual(manual: "a.md", revision: 1, currentRevision: nil)
            ])
    }

    @Test("a snapshot in which a code leads nowhere is not put in use")
    func brokenCode() throws {
        _ = try library.importManuals([folder.write(manual("Go."), to: "a.md")])
        let edit = LibraryEdit(folder: LibraryFolder(url: folder.library), current: 1)
        let error = #expect(throws: LibraryError.self) {
            try edit.run { try $0.execute(sql: "UPDATE passage SET codes = '[]'") }
        }
        #expect(error == .checkFailed("code F001 of machine model m1 leads to no passage"))
        #expect(try snapshots == ["000001.sqlite"])
        #expect(try Library.open(folder.library).libraryNumber == 1)
    }

    @Test("a crash leaves the old library working and its temporary files are cleaned up")
    func crashLeftovers() throws {
        let file = try folder.write(manual("Go."), to: "a.md")
        _ = try library.importManuals([file])
        // Every state that an import can die in: a half-written copy, a finished snapshot not yet current, a name not
        // yet switched.
        let half = folder.library.appending(path: "new-999.sqlite")
        try Data("SQLite format 3".utf8).write(to: half)
        try Data(count: 10).write(to: folder.library.appending(path: "000002.sqlite"))
        try Data("000002.sqlite\n".utf8).write(to: folder.library.appending(path: "new-999.current"))
        let reopened = try Library.open(folder.library)
        #expect(reopened.libraryNumber == 1)
        #expect(try remedies(reopened) == ["Go."])
        let report = try reopened.importManuals([folder.write(manual("Stop."), to: "a.md")])
        #expect(report.library == 3)
        #expect(try snapshots == ["000001.sqlite", "000003.sqlite"])
        #expect(!FileManager.default.fileExists(atPath: half.path))
    }

    @Test("a reader keeps its snapshot until it refreshes")
    func readersAreNotDisturbed() throws {
        _ = try library.importManuals([folder.write(manual("Go."), to: "a.md")])
        let reader = try Library.open(folder.library)
        for round in 1...3 { _ = try library.importManuals([folder.write(manual("Round \(round)."), to: "a.md")]) }
        #expect(try remedies(reader) == ["Go."])
        #expect(try reader.refresh())
        #expect(try !reader.refresh())
        #expect(try remedies(reader) == ["Round 3."])
    }

    @Test("two imports at once are refused, not mixed")
    func lock() throws {
        let file = try folder.write(manual("Go."), to: "a.md")
        let libraryFolder = LibraryFolder(url: folder.library)
        try libraryFolder.create()
        do {
            let lock = try libraryFolder.lock()
            #expect(throws: LibraryError.busy(lock: libraryFolder.lockFile.path)) { try library.importManuals([file]) }
            withExtendedLifetime(lock) {}
        }
        #expect(try library.importManuals([file]).library == 1)
    }

    @Test("a damaged library is an error that names the file")
    func damaged() throws {
        _ = try library.importManuals([folder.write(manual("Go."), to: "a.md")])
        let snapshot = folder.library.appending(path: "000001.sqlite")
        try Data("not a database, not at all".utf8).write(to: snapshot)
        let error = #expect(throws: LibraryError.self) { try Library.open(folder.library) }
        #expect(error?.description.contains("000001.sqlite") == true)
        #expect(throws: LibraryError.nothingToRollBack) { try Library.rollBack(in: folder.library) }
        try Data("../../etc/passwd\n".utf8).write(to: folder.library.appending(path: "current"))
        #expect(throws: LibraryError.self) { try Library.open(folder.library) }
    }

    @Test("a rollback leaves a damaged snapshot behind")
    func rollBackFromDamage() throws {
        for remedy in ["Go.", "Stop."] {
            _ = try library.importManuals([folder.write(manual(remedy), to: "a.md")])
        }
        try Data(count: 100).write(to: folder.library.appending(path: "000002.sqlite"))
        #expect(try Library.open(folder.library).recovery?.problem.contains("000002.sqlite") == true)
        #expect(try Library.rollBack(in: folder.library) == 1)
        #expect(try remedies(Library.open(folder.library)) == ["Go."])
    }

    @Test("a folder that cannot be written to is an error, and the library stays")
    func unwritable() throws {
        let file = try folder.write("not a folder", to: "file")
        let elsewhere = try Library.open(file.appending(path: "library"))
        #expect(throws: LibraryError.self) {
            try elsewhere.importManuals([folder.write(manual("Go."), to: "a.md")])
        }
    }

    @Test("a code of any length and any text is only ever not found")
    func absurdQuestions() throws {
        _ = try library.importManuals([folder.write(manual("Go."), to: "a.md")])
        #expect(try library.retrieve(.code(String(repeating: "1", count: 100_000))).isNothing)
        #expect(try library.retrieve(.text(String(repeating: "\"pump* OR 泵", count: 10_000), model: "x\"y")).isNothing)
        #expect(try library.search("\0\u{200B}").abstain)
    }

    @Test("the same file name may serve two machine models")
    func twoModels() throws {
        let file = try folder.write(manual("Go."), to: "a.md")
        _ = try library.importManuals([file])
        let report = try library.importManuals(
            [file], overrides: ManualMetadata(machineModel: MachineModel(rawValue: "m2")))
        #expect(report.manuals.map(\.outcome) == [.added])
        #expect(try library.retrieve(.code("F001")).candidates.count == 2)
        #expect(try library.removeManual(file: "a.md", machineModel: MachineModel(rawValue: "m2")) == 3)
        #expect(try remedies(library) == ["Go."])
    }

    @Test("families stand below exact codes, the narrowest first")
    func families() throws {
        let text = """
            # machine_model: m1
            # language: en
            Code,Fault,Remedy
            F3xxxx,Encoder,Check it.
            F30xxx,Encoder one,Check one.
            F30005,Encoder five,Check five.
            """
        _ = try library.importManuals([folder.write(text, to: "a.csv")])
        #expect(try remedies(library, code: "F30005") == ["Check five."])
        #expect(try remedies(library, code: "F30006") == ["Check one."])
        #expect(try remedies(library, code: "F31000") == ["Check it."])
        #expect(try library.retrieve(.code("F31000")).passages.first?.match == .codeVariant)
        #expect(try library.retrieve(.code("F41000")).isNothing)
        #expect(try library.retrieve(.code("F3100")).isNothing)
    }

    @Test("zeros that tell two codes apart are never dropped")
    func zerosThatMatter() throws {
        let text = "# machine_model: m1\n# language: en\nCode,Fault,Remedy\nF04,a,One.\nF004,b,Two.\n"
        _ = try library.importManuals([folder.write(text, to: "a.csv")])
        #expect(try remedies(library, code: "F004") == ["Two."])
        #expect(try library.retrieve(.code("F4")).isNothing)
    }
}
