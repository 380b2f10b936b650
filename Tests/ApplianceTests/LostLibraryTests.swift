import Domain
import Foundation
import Manuals
import Testing

@testable import Appliance

@Suite("A data directory whose library lost its current snapshot")
struct LostLibraryTests {
    private let directory: TemporaryDirectory
    private let data: URL

    init() async throws {
        directory = try TemporaryDirectory()
        data = directory.url.appendingPathComponent("data")
        for round in 1...2 { #expect(try await load(round).status == 0) }
        try FileManager.default.removeItem(at: data.appendingPathComponent("library/current"))
    }

    private func load(_ round: Int) async throws -> BuiltExecutable.Outcome {
        let manual = directory.url.appendingPathComponent("press.csv")
        try Data("# machine_model: m\n# language: en\nCode,Fault,Remedy\nP101,Pressure low,Round \(round).\n".utf8)
            .write(to: manual)
        return try await andon(["manual", "import", manual.path])
    }

    private func andon(_ arguments: [String]) async throws -> BuiltExecutable.Outcome {
        try await BuiltExecutable.run(
            ["--data", data.path] + arguments, environment: ["ANDON_MODEL": "none", "ANDON_LANGUAGE": "en"])
    }

    @Test("answers come from the newest whole one, loudly; doctor names it and mends it")
    func doctor() async throws {
        for command in [["ask", "P101", "--json"], ["search", "P101", "--json"]] {
            let found = try await andon(command)
            #expect(found.status == 0 && found.output.contains("Round 2"), "\(found.output)")
            #expect(found.errors.contains("current") && found.errors.contains("number 2"), "\(found.errors)")
        }
        let checked = try await andon(["doctor", "--json"])
        #expect(checked.status == 69 && checked.output.contains("newest whole snapshot"), "\(checked.output)")
        let mended = try await andon(["doctor", "--repair"])
        #expect(mended.output.contains("repaired: snapshot 2 is in use"), "\(mended.output)")
        let after = try await andon(["search", "P101", "--json"])
        #expect(after.output.contains("Round 2") && after.errors.isEmpty, "\(after.errors)")
        #expect(try await andon(["manual", "rollback"]).status == 0)
        #expect(try await andon(["search", "P101", "--json"]).output.contains("Round 1"))
    }

    @Test("an import says what it mended and deletes nothing")
    func importing() async throws {
        let imported = try await load(3)
        #expect(imported.status == 0 && imported.output.contains("Mended first: "), "\(imported.output)")
        let names = try FileManager.default.contentsOfDirectory(atPath: data.appendingPathComponent("library").path)
        #expect(Set(names).isSuperset(of: ["000001.sqlite", "000002.sqlite", "000003.sqlite"]), "\(names)")
    }

    @Test("an incident whose library is damaged stays open, and is answered once it is mended")
    func incidents() async throws {
        let plant = try AnsweringPlant()
        try plant.loadManual(model: "press", rows: [("A1", AnsweringPlant.remedy)])
        let snapshot = plant.directory.url.appendingPathComponent("library/000001.sqlite")
        let whole = try Data(contentsOf: snapshot)
        try FileManager.default.removeItem(at: snapshot)
        let reopened = Answerer(
            library: Library(plant.directory.url.appendingPathComponent("library")), model: plant.model,
            journal: plant.journal, logger: plant.logger)
        await #expect(throws: LibraryError.self) {
            _ = try await reopened.answer(plant.question("A1"), urgency: .incident) { _ in }
        }
        try whole.write(to: snapshot)
        #expect(try await reopened.answer(plant.question("A1"), urgency: .incident) { _ in }.status == .answered)
    }
}
