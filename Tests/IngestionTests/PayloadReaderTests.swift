import Domain
import Foundation
import TestSupport
import Testing

@testable import Ingestion

@Suite("Reading payloads")
struct PayloadReaderTests {
    private let reader = PayloadReader(profile: .standard)

    private func read(_ text: String) -> PayloadReader.Reading { reader.read(Data(text.utf8)) }

    private func report(_ text: String) throws -> FaultReport {
        guard case .fault(let report) = read(text).content else {
            throw Failure(text: "\(read(text))")
        }
        return report
    }

    private struct Failure: Error { let text: String }

    private func reason(_ text: String) -> String? {
        guard case .unparseable(let reason) = read(text).content else { return nil }
        return reason
    }

    @Test("every field of the default payload is read and unknown keys are ignored")
    func allFields() throws {
        let text = """
            {"id":"e-1","ts":"2026-03-01T16:15:30.5+08:00","code":"F-004","message":" DC\\u00a0bus\\nlow ",
             "severity":"high","active":false,"line":{"x":[1,2,{"y":null}]}}
            """
        #expect(read(text).id == "e-1")
        let report = try report(text)
        #expect(report.code.written == "F-004")
        #expect(report.message == "DC bus low")
        #expect(report.severity == "high")
        #expect(!report.active)
        #expect(report.occurredAt == Date(timeIntervalSince1970: 1_772_352_930.5))
    }

    @Test("only the code is required")
    func onlyCode() throws {
        let report = try report(#"{"code":"E12"}"#)
        #expect(report.message == nil && report.severity == nil && report.occurredAt == nil && report.active)
        #expect(read(#"{"code":"E12"}"#).id == nil)
    }

    @Test(
        "what would change the meaning is refused with place and expectation",
        arguments: [
            ("", "expected JSON: at byte 0: expected a JSON value"),
            ("not json", "expected JSON: at byte 0: expected null"),
            (#"{"code":"F1""#, "expected JSON: at byte 12: expected \",\" or \"}\""),
            (#"{"code":"F1"} x"#, "expected JSON: at byte 14: expected the end of the text"),
            ("1", "expected a JSON object or list, got a number"),
            ("[1]", "code: expected a fault code, the key is missing"),
            (#"{"Code":"F1"}"#, "code: expected a fault code, the key is missing"),
            (#"{"code":null}"#, "code: expected a fault code, the key is missing"),
            (#"{"code":["F1"]}"#, "code: expected text or a whole number, got a list"),
            (#"{"code":4.5}"#, "code: expected text or a whole number from 0, got 4.5"),
            (#"{"code":-4}"#, "code: expected text or a whole number from 0, got -4"),
            (#"{"code":"--"}"#, "code: expected 1 to 64 characters with a letter or digit"),
            (#"{"code":"F1","active":"no"}"#, "active: expected true or false, got text"),
            (#"{"code":"F1","active":2}"#, "active: expected true or false, got a number"),
        ])
    func refused(_ text: String, _ expected: String) { #expect(reason(text) == expected) }

    @Test("a code over the limit is refused, not cut")
    func longCode() {
        #expect(reason(#"{"code":"\#(String(repeating: "A", count: 65))"}"#) != nil)
        #expect(reason(#"{"code":"\#(String(repeating: "A", count: 64))"}"#) == nil)
    }

    @Test("a bad time stamp, message or id never costs the fault")
    func lenient() throws {
        let text = #"{"code":"F1","ts":"yesterday","message":{"a":1},"severity":3,"id":{}}"#
        let report = try report(text)
        #expect(report.occurredAt == nil && report.message == nil && report.severity == "3")
        #expect(read(text).id == nil)
    }

    @Test("nesting is bounded", arguments: [64, 65, 100_000])
    func depth(_ levels: Int) {
        let text =
            #"{"code":"F1","x":"# + String(repeating: "[", count: levels - 1)
            + String(repeating: "]", count: levels - 1) + "}"
        #expect((reason(text) == nil) == (levels <= 64))
    }

    @Test("over 1 MiB is refused without parsing")
    func size() {
        #expect(
            reader.read(Data(count: 1_048_577)).content
                == .unparseable(reason: "expected at most 1048576 bytes, got 1048577"))
    }

    @Test("random bytes and every cut of a good payload are read without harm")
    func garbage() {
        var generator = SeededGenerator(seed: 7)
        for length in 0..<400 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = reader.read(Data(bytes))
        }
        let good = Data(#"{"code":"F1","message":"\ud83d\ude00 \u4f4e é","a":[true,false,-1.5e+3]}"#.utf8)
        for length in 0..<good.count {
            guard case .unparseable = reader.read(good.prefix(length)).content else {
                Issue.record("\(length) bytes were read as a fault")
                continue
            }
        }
        guard case .fault = reader.read(good).content else {
            Issue.record("the whole text was not read")
            return
        }
    }

    @Test("escapes, surrogate pairs and lone surrogates become text")
    func escapes() throws {
        let report = try report(#"{"code":"F1","message":"a\/\"\\\ud83d\ude00\ud83dx\udc00"}"#)
        #expect(report.message == "a/\"\\😀\u{FFFD}x\u{FFFD}")
    }

    @Test("control and direction characters are taken out, length is bounded in characters")
    func cleaned() {
        #expect(CleanText.clean("a\u{1b}[31mb\u{202e}c\u{0}\r\nd", limit: 100) == "a [31mb c d")
        #expect(CleanText.clean(" \u{7}\n ", limit: 100) == nil)
        #expect(CleanText.clean(String(repeating: "低", count: 3000), limit: 2000)?.count == 2000)
        #expect(
            (CleanText.clean("e" + String(repeating: "\u{301}", count: 9999), limit: 10)?.unicodeScalars.count ?? 0)
                <= 16)
    }

    private func report(_ text: String, _ profile: PayloadProfile) throws -> FaultReport {
        let content = PayloadReader(profile: profile).read(Data(text.utf8)).content
        guard case .fault(let report) = content else { throw Failure(text: "\(content)") }
        return report
    }

    @Test("a profile's pointers, number format and texts are used")
    func profile() throws {
        let profile = PayloadProfile(
            format: .json([
                .code: try #require(JSONPointer("/alarm~1s/0/n~0o")), .active: try #require(JSONPointer("/state")),
                .message: JSONPointer(key: "a.b"),
            ]), codeFormat: CodeFormat("P%03d"), inactiveTexts: ["cleared"])
        let report = try report(#"{"alarm/s":[{"n~o":7}],"state":"Cleared","a.b":"dots are no steps"}"#, profile)
        #expect(report.code.written == "P007" && !report.active && report.message == "dots are no steps")
        let missing = PayloadReader(profile: profile).read(Data(#"{"alarm/s":[]}"#.utf8)).content
        #expect(missing == .unparseable(reason: "/alarm~1s/0/n~0o: expected a fault code, the key is missing"))
    }

    @Test("no list is entered but by its index", arguments: ["/a/01", "/a/-1", "/a/2", "/a/x", "/a/-"])
    func indices(_ pointer: String) throws {
        let value = JSONValue.object(["a": .array([.bool(true), .bool(false)])])
        #expect(value.value(at: try #require(JSONPointer(pointer))) == nil)
    }

    private func texts() throws -> PayloadProfile {
        PayloadProfile(
            format: .text([
                try #require(TextPattern("{time} ALM {code}: {message}")),
                try #require(TextPattern("{time} CLR {code}", active: false)),
                try #require(TextPattern("<{}> {code} is {active} now.")),
            ]), codeFormat: CodeFormat("A%03d"), inactiveTexts: ["off"])
    }

    @Test("lines of text are read by the first pattern that fits")
    func textLines() throws {
        let came = try report("2026-03-01T08:15:30Z  ALM 7:  oil: low\r\n", texts())
        #expect(came.code.written == "A007" && came.active && came.message == "oil: low")
        #expect(came.occurredAt == Date(timeIntervalSince1970: 1_772_352_930))
        let went = try report("2026-03-01T08:15:30Z CLR X-7", texts())
        #expect(went.code.written == "X-7" && !went.active)
        #expect(try !report("<plc> 9 is OFF now.", texts()).active)
        for text in ["", "ALM", "x ALM 7", "<plc> 9 is off now", "<plc> 9 is off now. And more"] {
            guard case .unparseable = PayloadReader(profile: try texts()).read(Data(text.utf8)).content else {
                Issue.record("\"\(text)\" was read as a fault")
                continue
            }
        }
    }

    @Test(
        "a pattern needs a code, and text between its places",
        arguments: [
            "", "{time}", "{code}{time}", "{code} {code}", "{cod}", "{code", String(repeating: "x", count: 501),
        ])
    func badPattern(_ text: String) { #expect(TextPattern(text) == nil) }

    @Test("separated values are read by column, with quotes as RFC 4180 has them")
    func csv() throws {
        let profile = PayloadProfile(
            format: .csv(CSVLayout(columns: [.time, nil, .code, .message, .active], separator: ";")))
        let fault = try report("2026-03-01T08:15:30Z;line 1;007;\"says \"\"low\"\"; now\";1;more\r\n", profile)
        #expect(fault.code.written == "007" && fault.active && fault.message == #"says "low"; now"#)
        #expect(try !report(";;F1;;0", profile).active)
        let empty = try report(";;F1", profile)
        #expect(empty.active && empty.message == nil && empty.occurredAt == nil)
        func reason(_ text: String) -> String? {
            guard case .unparseable(let reason) = PayloadReader(profile: profile).read(Data(text.utf8)).content else {
                return nil
            }
            return reason
        }
        #expect(reason(";;\"F1") == "expected a closing quote in column 3")
        #expect(reason(";;\"F1\"x;") == "expected \";\" behind the quotes of column 3")
        #expect(reason(";;F1\n;;F2") == "expected one record, got a second line")
        #expect(reason("a;b") == "code: expected a fault code, the key is missing")
        #expect(reason(";;F1;;perhaps") == "active: expected true or false, got text")
    }

    @Test("a long hostile text costs no more than its length")
    func hostileText() throws {
        let text = String(repeating: "ALM ", count: 200_000)
        guard case .unparseable = PayloadReader(profile: try texts()).read(Data(text.utf8)).content else {
            Issue.record("it was read as a fault")
            return
        }
    }
}

@Suite("Time stamps")
struct RFC3339Tests {
    @Test(
        "times of RFC 3339 are read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59+00:00", 951_868_799), ("1969-12-31t23:59:59z", -1),
            ("2026-03-01 08:15:30-05:30", 1_772_372_730), ("2026-03-01T08:15:30.250Z", 1_772_352_930.25),
        ])
    func good(_ text: String, _ seconds: Double) {
        #expect(RFC3339.date(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(
        "anything else is no time",
        arguments: [
            "", "2026-03-01", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z",
            "2026-03-01T08:15:30", "2026-03-01T08:15:30.Z", "2026-03-01T08:15:30+8:00", "２０２６-03-01T08:15:30Z",
            "2026-03-01T08:15:30+08:00 and more",
        ])
    func bad(_ text: String) { #expect(RFC3339.date(text) == nil) }
}
