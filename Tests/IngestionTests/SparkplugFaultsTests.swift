import Domain
import Foundation
import Testing

@testable import Ingestion

@Suite("Faults in Sparkplug metrics")
struct SparkplugFaultsTests {
    private let machine = MachineID(rawValue: "m")
    private let profile = SparkplugProfile(
        code: "Code", message: "Text",
        alarms: [SparkplugProfile.MetricPattern("Alarms/{code}/Active")].compactMap { $0 },
        inactiveTexts: ["OK"])

    private func told(_ changes: [SparkplugFaults.Change]) -> [String] {
        changes.map { ($0.edge.active ? "+" : "-") + (profile.code(of: $0.edge.signal)?.written ?? "unreadable") }
    }

    private func alarm(_ code: String, _ value: SparkplugReading.Value?, isHistorical: Bool = false) -> SparkplugReading
    {
        .of("Alarms/\(code)/Active", value, isHistorical: isHistorical)
    }

    @Test("a code comes, changes and goes; its text goes with it wherever it stands in the message")
    func code() {
        var faults = SparkplugFaults(machine: machine, profile: profile)
        #expect(told(faults.observe(.birth([.of("Code", .number(0)), .of("Text", .text(""))]))) == [])
        #expect(faults.hasMetrics)
        let come = faults.observe(.data([.of("Code", .number(4)), .of("Text", .text("Oil\u{1B}[2J low"))]))
        #expect(told(come) == ["+4"])
        #expect(come.first?.message == "Oil [2J low")
        #expect(come.first?.occurredAt == Date(timeIntervalSince1970: 1_772_352_930))
        #expect(told(faults.observe(.data([.of("Code", .text("F7"))]))) == ["-4", "+F7"])
        #expect(told(faults.observe(.data([.of("Code", .text("ok"))]))) == ["-F7"])
        #expect(told(faults.observe(.data([.of("Code", .fraction(1.5))]))) == ["+unreadable"])
    }

    @Test("alarms of several metrics stand side by side; a metric twice in a message came and went")
    func alarms() {
        var faults = SparkplugFaults(machine: machine, profile: profile)
        #expect(told(faults.observe(.birth([alarm("E-1", .flag(true)), alarm("E-2", .flag(false))]))) == ["+E-1"])
        let changes = faults.observe(
            .data([alarm("E-2", .number(1)), alarm("E-3", .flag(true)), alarm("E-3", .flag(false))]))
        #expect(told(changes) == ["+E-2", "+E-3", "-E-3"])
        #expect(told(faults.observe(.data([alarm("E-1", nil), .of("Other", .flag(true))]))) == [])
        #expect(told(faults.observe(.data([alarm("E-1", .flag(false))]))) == ["-E-1"])
    }

    @Test("after a restart a birth tells what came and went meanwhile, and nothing twice")
    func restart() {
        var faults = SparkplugFaults(machine: machine, profile: profile)
        let before = faults.observe(
            .birth([alarm("E:1+", .flag(true)), alarm("E-2", .flag(true)), .of("Code", .number(9))]))
        #expect(told(before) == ["+9", "+E:1+", "+E-2"])
        var keys: [String] = before.map(\.edge.key)
        var later = SparkplugFaults(machine: machine, profile: profile)
        later.restore { prefix in keys.last { $0.hasPrefix(prefix) } }
        let again = later.observe(
            .birth([
                alarm("E:1+", .flag(true)), alarm("E-2", .flag(false)), alarm("E-4", .flag(true)),
                .of("Code", .number(9)),
            ]))
        #expect(told(again) == ["-E-2", "+E-4"])
        keys += again.map(\.edge.key)
        #expect(Set(keys).count == keys.count)
    }

    @Test("an alarm that a birth no longer has is gone; one that the node does not know is as it was")
    func births() {
        var faults = SparkplugFaults(machine: machine, profile: profile)
        _ = faults.observe(.birth([alarm("E-1", .flag(true)), alarm("E-2", .flag(true))]))
        #expect(told(faults.observe(.birth([alarm("E-2", nil)]))) == ["-E-1"])
        #expect(told(faults.observe(.birth([alarm("E-2", .flag(true))]))) == [])
        #expect(told(faults.observe(.birth([.of("Other", .flag(true))]))) == ["-E-2"])
        #expect(!faults.hasMetrics)
    }

    @Test("what a node kept back while it had no connection has come and gone")
    func historical() {
        var faults = SparkplugFaults(machine: machine, profile: profile)
        _ = faults.observe(.birth([alarm("E-1", .flag(true)), .of("Code", .number(0))]))
        let changes = faults.observe(
            .data([
                alarm("E-2", .flag(true), isHistorical: true), alarm("E-1", .flag(true), isHistorical: true),
                .of("Code", .number(5), isHistorical: true), alarm("E-1", .flag(false), isHistorical: true),
            ]))
        #expect(told(changes) == ["+E-2", "-E-2", "+5", "-5"])
        #expect(told(faults.observe(.data([alarm("E-1", .flag(false))]))) == ["-E-1"])
    }

    @Test("more alarms than can be told are cut and said")
    func tooMany() {
        var faults = SparkplugFaults(machine: machine, profile: profile)
        let many = (1...300).map { alarm("E\($0)", .flag(true)) }
        #expect(faults.observe(.birth(many)).count == SparkplugFaults.standingLimit)
        #expect(faults.hasTooMany)
        _ = faults.observe(.birth(many.suffix(10).map { $0 }))
        #expect(!faults.hasTooMany)
    }

    @Test("a profile names its metrics, and codes are written as its manual does")
    func profiles() throws {
        func read(_ text: String) throws -> DeviceProfile.Transport {
            try DeviceProfile(name: "p", file: "p.yaml", text: Data(text.utf8)).transport
        }
        let transport = try read(
            "sparkplug:\n  code: A\n  alarms: [\"x{code}\"]\n  code_format: \"E%03d\"\n  codes: { 9: DOOR }\n")
        guard case .sparkplug(let profile) = transport else {
            Issue.record("\(transport)")
            return
        }
        #expect(profile.code(of: .number(9))?.written == "DOOR")
        #expect(profile.code(of: .number(7))?.written == "E007")
        #expect(profile.alarm(in: "x12").flatMap(profile.code)?.written == "E012")
        #expect(profile.alarm(in: "x" + String(repeating: "1", count: 65)) == nil)
        for (text, place) in [
            ("sparkplug: {}\n", "sparkplug.code"), ("sparkplug: { alarms: [\"x\"] }\n", "sparkplug.alarms"),
            ("sparkplug: { code: A, alarm: [] }\n", "sparkplug.alarm"),
            ("sparkplug: { code: [A] }\n", "sparkplug.code"),
        ] {
            let error = #expect(throws: StrictYAMLError.self) { try read(text) }
            #expect(error?.place == place && error?.line == 1)
        }
    }
}
