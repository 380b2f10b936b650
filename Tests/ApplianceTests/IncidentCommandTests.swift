import Appliance
import Domain
import Foundation
import Journal
import Testing

@Suite("andon incident, answer, journal and replay")
struct IncidentCommandTests {
    private let directory: TemporaryDirectory
    private let environment: [String: String]

    /// A data directory whose journal has one open incident of press-07.
    init() throws {
        directory = try TemporaryDirectory()
        environment = ["ANDON_DATA": directory.url.path, "ANDON_MODEL": "none", "ANDON_LANGUAGE": "en"]
        let journal = try EventJournal(path: DataDirectory(root: directory.url).journal.path)
        let report = FaultReport(
            code: try #require(FaultCode("F004")), message: nil, severity: "critical", active: true, occurredAt: nil)
        try journal.accept(
            Event(
                idempotencyKey: nil, source: .mqtt(topic: "plant/alarm"), machine: MachineID(rawValue: "press-07"),
                receivedAt: Date(), payload: Payload(Data("{}".utf8)), content: .fault(report)))
        try IncidentFolding.foldPending(in: journal)
    }

    private func run(_ arguments: String...) async throws -> BuiltExecutable.Outcome {
        try await BuiltExecutable.run(arguments, environment: environment)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test("a person's operations take effect, are listed, and are refused where the state does not allow them")
    func operations() async throws {
        let shelved = try await run("incident", "shelve", "1", "--minutes", "30", "--by", "Lin", "--json")
        #expect(try object(shelved.output)["state"] as? String == "shelved", "\(shelved.errors)")
        let acknowledged = try await run("incident", "ack", "1")
        #expect(acknowledged.status == 65 && acknowledged.errors.contains("shelved"), "\(acknowledged.errors)")
        #expect(
            try object(try await run("incident", "unshelve", "1", "--json").output)["state"] as? String
                == "active-unacknowledged")
        let receipt = try object(try await run("incident", "ack", "1", "--by", "Chen", "--json").output)
        #expect(receipt["state"] as? String == "active-acknowledged" && receipt["by"] as? String == "Chen")
        #expect(try await run("incident", "shelve", "1", "--minutes", "2000").status == 64)
        let shown = try object(try await run("incident", "show", "1", "--json").output)
        let transitions = try #require(shown["transitions"] as? [[String: Any]])
        #expect(
            transitions.compactMap { $0["transition"] as? String } == [
                "opened", "shelved", "unshelved", "acknowledged",
            ])
        let list = try await run("incident", "list")
        #expect(list.output.contains("▲ high") && list.output.contains("first-out"), "\(list.output)")
        #expect(try await run("incident", "groups", "--json").output.contains("\"firstOut\""))
        #expect(try await run("answer", "list", "--json").output == "[]\n")
        #expect(try await run("answer", "approve", "7").status == 65)
    }

    @Test("a flood is one row of the list and hides no other machine's alarm; what is left out is counted")
    func flood() async throws {
        let journal = try EventJournal(path: DataDirectory(root: directory.url).journal.path)
        for number in 1...61 {
            let report = FaultReport(
                code: try #require(FaultCode("E\(number)")), message: nil, severity: "warning", active: true,
                occurredAt: nil)
            try journal.accept(
                Event(
                    idempotencyKey: nil, source: .typed, machine: MachineID(rawValue: "press-08"), receivedAt: Date(),
                    payload: Payload(Data()), content: .fault(report)))
        }
        try IncidentFolding.foldPending(in: journal)
        let list = try await run("incident", "list", "--limit", "50")
        let lines = list.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("F004") && lines[1].contains("FLOOD: 61"), "\(list.output)")
        let own = try await run("incident", "list", "--machine", "press-08", "--limit", "1")
        #expect(own.output.contains("FLOOD: 61") && !own.output.contains("more"), "\(own.output)")
        let short = try await run("incident", "list", "--limit", "1")
        #expect(short.output.contains("F004") && short.output.contains("and 1 more"), "\(short.output)")
        let document = try object(try await run("incident", "list", "--limit", "1", "--json").output)
        #expect(document["total"] as? Int == 2 && document["more"] as? Int == 1, "\(document)")
        let rows = try #require(document["incidents"] as? [[String: Any]])
        #expect(rows.count == 1 && rows[0]["machine"] as? String == "press-07")
        let members = try await run("incident", "list", "--group", "2", "--limit", "50")
        #expect(members.output.contains("and 11 more"), "\(members.output)")
        let groups = try await run("incident", "groups", "--limit", "1")
        #expect(groups.output.contains("and 1 more"), "\(groups.output)")
        let follower = try await run("incident", "show", "5")
        #expect(follower.output.contains("flood that began with incident 2"), "\(follower.output)")
    }

    @Test("an export replays byte for byte, and a changed one is told by its line")
    func replay() async throws {
        let file = directory.url.appendingPathComponent("journal.jsonl")
        let exported = try await run("journal", "export", "--out", file.path, "--json")
        #expect(try object(exported.output)["entries"] as? Int == 1, "\(exported.errors)")
        #expect(try await run("journal", "export").output == String(contentsOf: file, encoding: .utf8))
        let replayed = try await run("replay", file.path, "--answers")
        #expect(replayed.status == 0 && replayed.output.contains("byte for byte"), "\(replayed.errors)")
        var text = try String(contentsOf: file, encoding: .utf8)
        text = text.replacingOccurrences(of: "\"active-unacknowledged\"", with: "\"normal\"")
        try Data(text.utf8).write(to: file)
        let changed = try await run("replay", file.path)
        #expect(changed.status == 65 && changed.output.contains("differs from line 3"), "\(changed.output)")
    }
}
