import Domain
import Foundation
import TestSupport
import Testing

@testable import Manuals

@Suite("An import killed at any moment")
struct LibraryCrashTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Starts the program that imports one round after the other; it lies beside the test bundle.
    private func start(round: Int, dyingAt step: LibraryStep? = nil) throws -> (process: Process, output: Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("library-crash-tool")
        process.arguments = [folder.library.path, "\(round)"] + (step.map { [$0.rawValue] } ?? [])
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        return (process, output)
    }

    private func rounds(in lines: Data) -> [Int] {
        String(decoding: lines, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
    }

    /// The round that the library on the disk answers with; its number, rows and codes must agree with it.
    private func currentRound() throws -> Int {
        let library = try Library.open(folder.library)
        guard library.libraryNumber > 0 else { return 0 }
        let passages = try library.passages(ofFile: "round.csv")
        let remedies = Set(passages.flatMap(\.remedies))
        try #require(passages.count == 40 && remedies.count == 1, "\(remedies)")
        let round = try #require(remedies.first?.split(separator: " ").last.flatMap { Int($0) })
        for code in ["E101", "E140"] {
            #expect(try library.retrieve(.code(code)).passages.first?.passage.remedies == ["Set round \(round)"])
        }
        return round
    }

    @Test("at a given step: the old snapshot stays current up to the switch", arguments: LibraryStep.allCases)
    func steps(step: LibraryStep) throws {
        _ = try Library.open(folder.library).importManuals([
            folder.write("# machine_model: m1\n# language: en\nCode,Fault,Remedy\nE1,Old,Go on\n", to: "old.csv")
        ])
        let (process, output) = try start(round: 7, dyingAt: step)
        let lines = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(rounds(in: lines).isEmpty)
        let after = try Library.open(folder.library)
        let isSwitched = step == .cleaning
        #expect(after.libraryNumber == (isSwitched ? 2 : 1))
        #expect(try after.manuals().map(\.file) == (isSwitched ? ["old.csv", "round.csv"] : ["old.csv"]))
        #expect(try after.retrieve(.code("E1")).passages.first?.passage.remedies == ["Go on"])
        // The leftovers are in nobody's way.
        let next = try after.importManuals([
            folder.write("# machine_model: m1\n# language: en\nCode,Fault,Remedy\nE2,New,Stop\n", to: "new.csv")
        ])
        #expect(try Library.open(folder.library).libraryNumber == next.library)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.library.path)
        #expect(!names.contains { $0.hasPrefix(LibraryFolder.temporaryPrefix) })
    }

    @Test("at random moments: the library is the last finished import's or the one after, never anything between")
    func randomMoments() throws {
        let seed = testSeed("imports")
        var random = SeededGenerator(seed: seed)
        var done = 0
        for _ in 0..<15 {
            let (process, output) = try start(round: done + 1)
            var lines = Data()
            let wanted = Int.random(in: 0...24, using: &random)
            while lines.count(where: { $0 == UInt8(ascii: "\n") }) < wanted {
                guard let more = try output.fileHandleForReading.read(upToCount: 16), !more.isEmpty else { break }
                lines.append(more)
            }
            kill(process.processIdentifier, SIGKILL)
            lines.append(try output.fileHandleForReading.readToEnd() ?? Data())
            process.waitUntilExit()
            done = rounds(in: lines).last ?? done
            let current = try currentRound()
            // One more may be in use whose number was not printed yet.
            #expect((done...(done + 1)).contains(current), "seed \(seed)")
            done = current
        }
    }

    @Test("the folder of temporary files that it leaves goes with the next import; one in use stays")
    func temporaryFiles() throws {
        let inUse = try WorkFolder(file: "a.pdf", in: folder.url)
        let left = folder.url.appending(path: "andon-import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
        try Data("a page".utf8).write(to: left.appending(path: "page-1.png"))
        let other = folder.url.appending(path: "somebody-else")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        let next = try WorkFolder(file: "b.pdf", in: folder.url)
        #expect(
            try Set(FileManager.default.contentsOfDirectory(atPath: folder.url.path)) == [
                inUse.url.lastPathComponent, next.url.lastPathComponent, "somebody-else",
            ])
    }
}
