import Domain
import Foundation
import Testing

@testable import Manuals

@Suite("Codes in typed text and log lines")
struct CodeTests {
    private let library: Library

    init() throws { library = try SampleManuals.library.get() }

    private func code(_ text: String, _ model: String? = nil) throws -> String? {
        try library.question(text, machineModel: model.map(MachineModel.init(rawValue:)), language: .english)
            .code?.normalized
    }

    private func first(_ text: String, _ model: String) throws -> SearchResults.Result? {
        let results = try library.search(text, machineModel: MachineModel(rawValue: model))
        return results.abstain ? nil : results.results.first
    }

    @Test(
        "a code is told from the words around it",
        arguments: [
            ("F004", "F004"), ("F004 on press", "F004"), ("f-004?", "F004"), ("what does E 07 mean", "E07"),
            ("code E-07 on the conveyor", "E07"), ("警報AL-12主軸", "AL12"), ("主軸出現 AL-12", "AL12"),
            ("E-99", "E99"), ("alarm E-99 on drive", "E99"), ("異常代碼 A999", "A999"), ("Ｆ００４", "F004"),
            ("Fault code: F004.", "F004"), ("Fー004", "F004"), ("alarm no F004", "F004"),
            ("fault F099 at station E-07", "F099"), ("F099怎麼辦", "F099"),
        ])
    func found(text: String, normalized: String) throws { #expect(try code(text) == normalized) }

    @Test(
        "parts, numbers and words are no codes",
        arguments: [
            "replace filter HF-20", "pressure 12.5 MPa", "motor makes noise", "主軸異音", "", "the oil is low",
            "24 V missing", "error after 30 minutes of running", "no alarm, motor hums", "alarm after 30 minutes",
            "collet ER16 slips", "alarm 3 times today", "2號泵浦漏油", "第3站皮帶打滑", "主軸 37 過載", "更換濾芯 HF-20",
        ])
    func notFound(text: String) throws { #expect(try code(text) == nil) }

    @Test(
        "a code is found in a raw log line among timestamps and numbers",
        arguments: [
            ("2026-03-01 08:15:30.123 [ERR] press-07 ALARM P101 raised, v=12.5 t=431", "halden-sp200", "P101"),
            ("mill-02;2026/11/02;14:03:07;FAULT;AL-12;active;3", "lingfeng-vmc850", "AL-12"),
            ("Mar  4 22:10:59 c3 plc[812]: alarm code=E-06 state=1 cnt=17", "norvia-bc60", "E-06"),
            (#"{"ts":1772353530,"dev":"fw90-02","alarm":"E-208","val":0.83}"#, "hanfong-fw90", "E-208"),
            ("[12:44:01.003] im350 異常 A203 發生 第3次", "chengyao-im350", "A203"),
            ("W 0301 081530 P101_HYD_PRESS_LOW seq=20871 q=0", "halden-sp200", "P101"),
            ("12:03:44.120 <E1115> motion: axis 3 pos 1204 vel 88", "torvald-rx6", "1115"),
            ("02.11.26 23:59:01 HF400 FC=1A03 T=1043 O2=12 STEP 7", "brennick-hf400", "1A03"),
        ])
    func logLines(line: String, model: String, code: String) throws {
        let hit = try #require(try first(line, model))
        #expect(hit.code == FaultCode(code))
        #expect(hit.match == .code)
    }

    @Test(
        "announcing words, zeros and the profile's number forms make a variant",
        arguments: [
            ("ALM P101", "halden-sp200", "P101"), ("警報AL.12", "lingfeng-vmc850", "AL-12"),
            ("error 21", "solvane-mig350", "ERR-021"), ("12", "lingfeng-vmc850", "AL-12"),
            ("0x1A03", "brennick-hf400", "1A03"), ("1a03h", "brennick-hf400", "1A03"),
            ("16#1A03", "brennick-hf400", "1A03"), ("6659", "brennick-hf400", "1A03"),
            ("SYS 1115", "torvald-rx6", "1115"), ("RX-1115", "torvald-rx6", "1115"),
            ("AL.905", "aldergate-pl6", "AL.9xx"),
        ])
    func variants(text: String, model: String, code: String) throws {
        let hit = try #require(try first(text, model))
        #expect(hit.code?.written == code)
        #expect([.code, .codeVariant].contains(hit.match))
    }

    @Test(
        "hexadecimal marks mean nothing where the profile does not say so, a number alone nothing without its machine",
        arguments: [("0x12", "lingfeng-vmc850"), ("0x1115", "torvald-rx6"), ("1A04h", "halden-sp200")])
    func noNumberForms(text: String, model: String) throws {
        #expect(try library.retrieve(.code(text, model: model)).isNothing)
        #expect(try library.retrieve(.code("21")).isNothing)
    }

    @Test("a number that two codes of a machine may stand for is neither")
    func ambiguousNumber() throws {
        // E-05 has no word that only announces; AL-15 is the only 15.
        #expect(try library.retrieve(.code("15", model: "lingfeng-vmc850")).passages.first?.match == .codeVariant)
        #expect(try library.retrieve(.code("7", model: "lingfeng-vmc850")).isNothing)
        #expect(!(try library.retrieve(.code("7", model: "lingfeng-vmc850")).suggestions.isEmpty))
    }

    @Test("long and hostile text is searched in bounded time and never as syntax")
    func hostile() throws {
        for text in [
            String(repeating: "alarm E-07 ", count: 20_000), String(repeating: "E", count: 100_000),
            "alarm ' OR 1=1 --", "code \"; DROP TABLE passage_code; --", "E-07* OR *", "alarm \u{0} E\u{0}07",
        ] {
            _ = try library.search(text)
            _ = try library.search(text, machineModel: MachineModel(rawValue: text))
        }
        #expect(!(try library.retrieve(.code("E-07", model: "norvia-bc60")).passages.isEmpty))
    }
}
