import Appliance
import Domain
import Foundation
import Incidents
import Journal
import Testing

@Suite("A journal keeps the rules that it is folded by")
struct RulesOfAlarmsTests {
    private let directory: TemporaryDirectory
    private let journal: EventJournal

    /// A journal in which F004 latches, and has gone without an acknowledgement.
    init() throws {
        directory = try TemporaryDirectory()
        journal = try EventJournal(path: DataDirectory(root: directory.url).journal.path)
        var rules = FoldRules.standard
        rules.alarms = [AlarmRule(code: FaultCode("F004"), latches: true)]
        try IncidentFolding.adopt(rules, in: journal)
        try journal.accept(contentsOf: [try fault("F004"), try fault("F004", active: false), try fault("F020")])
        try IncidentFolding.foldPending(in: journal)
    }

    private func fault(_ code: String, active: Bool = true) throws -> Event {
        Event(
            idempotencyKey: nil, source: .mqtt(topic: "plant/alarm"), machine: MachineID(rawValue: "press-07"),
            receivedAt: Date(), payload: Payload(Data("{}".utf8)),
            content: .fault(
                FaultReport(
                    code: try #require(FaultCode(code)), message: nil, severity: nil, active: active, occurredAt: nil)))
    }

    private func configuration(_ alarms: String) throws -> String {
        let file = directory.url.appendingPathComponent("andon.yaml")
        try Data("alarms: \(alarms)\n".utf8).write(to: file)
        return file.path
    }

    private func run(_ arguments: String..., config: String? = nil) async throws -> BuiltExecutable.Outcome {
        var environment = ["ANDON_DATA": directory.url.path, "ANDON_MODEL": "none"]
        environment["ANDON_CONFIG"] = config
        return try await BuiltExecutable.run(arguments, environment: environment)
    }

    @Test("a command without a configuration acts by the journal's rules")
    func withoutConfiguration() async throws {
        let acknowledged = try await run("incident", "ack", "1")
        #expect(acknowledged.output.contains("it is latched"), "\(acknowledged.output)\(acknowledged.errors)")
        #expect(try journal.incident(1)?.state == .latched)
    }

    @Test(
        "a configuration with the same rules is taken; one with others is refused, says what differs, and does nothing")
    func withConfiguration() async throws {
        let other = try configuration("{ chatter_s: 30, rules: [{ code: F004 }] }")
        let entries = try journal.export { _ in }
        for command in [["ack"], ["remove-from-service"]] {
            let refused = try await BuiltExecutable.run(
                ["incident"] + command + ["1"],
                environment: ["ANDON_DATA": directory.url.path, "ANDON_CONFIG": other])
            #expect(refused.status == 65, "\(refused.output)")
            for part in ["chatter_s: 60 there, 30 here", "latch: true } there", "andon serve", "--config"] {
                #expect(refused.errors.contains(part), "\(refused.errors)")
            }
        }
        #expect(try journal.incident(1)?.state == .returnedUnacknowledged)
        #expect(try journal.export { _ in } == entries, "nothing was noted")
        let same = try await run(
            "incident", "ack", "1", config: try configuration("{ rules: [{ code: F004, latch: true }] }"))
        #expect(same.output.contains("it is latched"), "\(same.errors)")
    }

    @Test(
        "the appliance alone changes the rules: what came before stays, and a replay of the export comes out the same")
    func changed() async throws {
        try IncidentFolding.adopt(.standard, in: journal)
        try journal.accept(contentsOf: [try fault("F004"), try fault("F004", active: false)])
        #expect(try await run("incident", "ack", "1").output.contains("it is normal"))
        let file = directory.url.appendingPathComponent("journal.jsonl").path
        let exported = try await run("journal", "export", "--out", file)
        #expect(exported.status == 0, "\(exported.errors)")
        let replayed = try await run("replay", file)
        #expect(
            replayed.status == 0 && replayed.output.contains("byte for byte"), "\(replayed.output)\(replayed.errors)")
    }

    @Test("a journal of an earlier Andon, which noted no rules, is folded by the appliance's, or by none")
    func unknown() async throws {
        let path = directory.url.appendingPathComponent("old/journal.sqlite").path
        let old = DataDirectory(root: directory.url.appendingPathComponent("old"))
        try old.create()
        let journal = try EventJournal(path: path)
        try journal.accept(try fault("F004"))
        let pending = try journal.pending()
        var fold = IncidentFold(pending.incidents)
        try journal.apply(pending.entries.flatMap { fold.fold($0) }, to: pending)
        let refused = try await run("--data", old.root.path, "incident", "ack", "1")
        #expect(refused.status == 65 && refused.errors.contains("start andon serve once"), "\(refused.errors)")
        try IncidentFolding.adopt(.standard, in: journal)
        #expect(try await run("--data", old.root.path, "incident", "ack", "1").status == 0)
    }
}
