import Testing

@testable import Manuals

@Suite struct SearchTokensTests {
    @Test("Chinese runs become pairs, Latin words are folded, offsets point into the original text")
    func tokens() {
        let text = "檢查 RS485通訊，Ｆan belts！"
        let tokens = SearchTokens.tokens(in: text, for: .document)
        #expect(tokens.map(\.term) == ["检查", "查", "rs485", "通讯", "讯", "fan", "belt"])
        let bytes = Array(text.utf8)
        let parts = tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) }
        #expect(parts == ["檢查", "查", "RS485", "通訊", "訊", "Ｆan", "belts"])
    }

    @Test("a query has pairs only, and one character where the run is one")
    func query() {
        #expect(SearchTokens.tokens(in: "主軸異音 油", for: .query).map(\.term) == ["主轴", "轴异", "异音", "油"])
    }

    @Test("bytes that are no UTF-8 are skipped")
    func invalid() {
        let bytes: [UInt8] = [0xFF, 0x41, 0xE6, 0xB2, 0x42, 0xF0, 0x9F]
        let terms = bytes.withUnsafeBufferPointer { SearchTokens.tokens(in: $0, for: .document).map(\.term) }
        #expect(terms.joined() == "ab")
    }

    @Test("inflections of English words are folded, identifiers are kept")
    func stems() {
        let words = [
            ("belts", "belt"), ("batteries", "batteri"), ("battery", "batteri"), ("gas", "gas"), ("press", "press"),
            ("pressed", "press"), ("overheating", "overheat"), ("clogged", "clog"), ("move", "move"),
            ("moving", "move"),
            ("care", "care"), ("car", "car"), ("noise", "nois"), ("fused", "fuse"), ("calibrating", "calibrat"),
            ("speed", "speed"), ("string", "string"), ("status", "status"), ("X7s", "x7s"), ("phases", "phase"),
            ("gauges", "gaug"),
        ]
        for (word, stem) in words { #expect(SearchTokens.folded(word) == stem) }
    }

    @Test("terms made before are not folded again")
    func madeTerms() {
        #expect(SearchTokens.tokens(in: "pas 過載", for: .terms).map(\.term) == ["pas", "过载"])
    }

    @Test("traditional and simplified characters are one key")
    func hanFolding() {
        #expect(
            SearchTokens.tokens(in: "馬達過載", for: .query).map(\.term)
                == SearchTokens.tokens(in: "马达过载", for: .query).map(\.term))
        #expect(HanFolding.folded("乾") == HanFolding.folded("干"))
        #expect(HanFolding.folded("油") == "油")
    }
}

@Suite struct SpellingTests {
    @Test(
        "slips count once each, a swap of neighbours too",
        arguments: [
            ("hydraulic", "hydraulic", 0), ("hydralic", "hydraulic", 1), ("hydruaulic", "hydraulic", 1),
            ("pressrue", "pressure", 1), ("bearnig", "bearing", 1), ("valve", "pump", 3), ("", "a", 1),
        ])
    func distance(left: String, right: String, expected: Int) {
        #expect(Spelling.distance(Array(left.utf8), Array(right.utf8), atMost: 2) == expected)
    }
}

@Suite struct GlossaryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("the shipped glossary has 300 groups and more, each phrase in one language or both")
    func shipped() {
        #expect(SampleManuals.glossary.groups.count >= 300)
        #expect(SampleManuals.glossary.groups.contains { $0.isState })
    }

    @Test(
        "a bad file is refused with file, line and expectation",
        arguments: [
            ("- [a, b]", "glossary.yaml:1: expected the keys things and states"),
            ("thing:\n- [a, b]", "glossary.yaml:1: unknown key, expected things or states"),
            ("things:\n- [a, b]\n- [only]", "glossary.yaml:3: expected a group of 2 to"),
            ("things:\n- [a, '-']", "glossary.yaml:2: expected words of 1 to"), ("things: {", "expected YAML"),
            ("things: 1", "expected a list of up to"),
        ])
    func refused(text: String, problem: String) throws {
        let file = try folder.write(text, to: "glossary.yaml")
        let error = #expect(throws: GlossaryError.self) { try Glossary(file: file) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("phrases are found in any inflection, with fillers inside, the longest first")
    func phrases() {
        let table = SampleManuals.glossary.table
        func longest(_ text: String) -> Int? {
            table.longest(in: SearchTokens.atoms(in: text)[...], fillers: StopWords.table)?.count
        }
        #expect(longest("motors hot") == 1)
        #expect(longest("servo motors hot") == 2)
        #expect(longest("battery is nearly empty") == 4)
        #expect(longest("油壓不足") == 2)
        #expect(longest("zebra") == nil)
    }
}
