import Foundation
import Testing

@testable import Journal

@Suite("A journal's files")
struct FileModeTests {
    @Test("are 0640 from the first byte on, and belong to the folder's owner where root makes them")
    func modes() throws {
        let temporary = try TemporaryJournal()
        let isRoot = geteuid() == 0
        if isRoot { #expect(chown(temporary.folder.path, 65534, 65534) == 0) }
        let journal = try temporary.open()
        try journal.accept(Sample.fault())
        let export = temporary.folder.appendingPathComponent("out/export.jsonl")
        _ = try ExportFile.write(to: export) { write in try write(Data("{}\n".utf8)) }
        for name in [
            "journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "journal.sqlite-opening", "out",
            "out/export.jsonl",
        ] {
            var status = stat()
            #expect(lstat(temporary.folder.appendingPathComponent(name).path, &status) == 0, "\(name)")
            #expect(status.st_mode & 0o7777 == (name == "out" ? 0o750 : 0o640), "\(name)")
            if isRoot { #expect(status.st_uid == 65534 && status.st_gid == 65534, "\(name)") }
        }
    }

    @Test("an export does not follow a link that lies at the name of its part")
    func plantedLink() throws {
        let temporary = try TemporaryJournal()
        let precious = temporary.folder.appendingPathComponent("precious")
        try Data("precious".utf8).write(to: precious)
        try FileManager.default.createSymbolicLink(
            at: temporary.folder.appendingPathComponent(".export.jsonl.part"), withDestinationURL: precious)
        let export = temporary.folder.appendingPathComponent("export.jsonl")
        _ = try ExportFile.write(to: export) { write in try write(Data("{}\n".utf8)) }
        #expect(try String(contentsOf: precious, encoding: .utf8) == "precious")
        #expect(try String(contentsOf: export, encoding: .utf8) == "{}\n")
    }
}
