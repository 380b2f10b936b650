import Domain
import Testing

@testable import Manuals

@Suite struct SearchTokensTests {
    @Test("Chinese runs become pairs, Latin words are folded, offsets point into the original text")
    func tokens() {
        let text = "檢查 RS485通訊，Ｆan belts！"
        let tokens = SearchTokens.tokens(in: text, for: .document)
        #expect(tokens.map(\.term) == ["檢查", "查", "rs485", "通訊", "訊", "fan", "belt"])
        let bytes = Array(text.utf8)
        let parts = tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) }
        #expect(parts == ["檢查", "查", "RS485", "通訊", "訊", "Ｆan", "belts"])
    }

    @Test("a query has pairs only, and one character where the run is one")
    func query() {
        #expect(SearchTokens.tokens(in: "主軸異音 油", for: .query).map(\.term) == ["主軸", "軸異", "異音", "油"])
    }

    @Test("bytes that are no UTF-8 are skipped")
    func invalid() {
        let bytes: [UInt8] = [0xFF, 0x41, 0xE6, 0xB2, 0x42, 0xF0, 0x9F]
        let terms = bytes.withUnsafeBufferPointer { SearchTokens.tokens(in: $0, for: .document).map(\.term) }
        #expect(terms.joined() == "ab")
    }

    @Test("plural endings are folded, other endings kept")
    func plural() {
        #expect(
            ["belts", "batteries", "gas", "press", "status", "X7s"].map(SearchTokens.folded) == [
                "belt", "battery", "gas", "press", "status", "x7s",
            ])
    }
}

@Suite struct QuestionParserTests {
    private let known = ["F004", "E-07", "AL-12", "30001", "OL"].compactMap { FaultCode($0) }

    @Test(
        "a code is told from the words around it",
        arguments: [
            ("F004", "F004"), ("F004 on press", "F004"), ("f-004?", "F004"), ("what does E 07 mean", "E07"),
            ("code E-07 on the conveyor", "E07"), ("警報AL-12主軸", "AL12"), ("主軸出現 AL-12", "AL12"), ("30001", "30001"),
            ("alarm 30001", "30001"), ("drive shows OL", "OL"), ("E-99", "E99"), ("alarm E-99 on drive", "E99"),
            ("異常代碼 A999", "A999"), ("Ｆ００４", "F004"), ("Fault code: F004.", "F004"),
        ])
    func found(text: String, normalized: String) {
        #expect(QuestionParser.code(in: text) { known.contains($0) }?.normalized == normalized)
    }

    @Test(
        "parts, numbers and words are no codes",
        arguments: [
            "replace filter HF-20", "pressure 12.5 MPa", "motor makes noise", "主軸異音", "", "the oil is low",
            "24 V missing",
            "error after 30 minutes of running", "no alarm, motor hums",
        ])
    func notFound(text: String) {
        #expect(QuestionParser.code(in: text) { known.contains($0) } == nil)
    }
}
