import ConstrainedDecoding
import Foundation
import Testing
import Tokenization

@testable import Extraction

@Suite("the sample logs of four formats")
struct SampleLogTests {
    private static let schema = """
        {"type":"object","additionalProperties":false,"required":["machine","code","message"],"properties":{
        "machine":{"type":["string","null"],"x-verbatim":true},
        "code":{"type":["string","null"],"x-verbatim":true},
        "message":{"type":["string","null"],"maxLength":80,"x-verbatim":true}}}
        """
    private static var machine: Regex<Substring> { /(?:press|drive|conv|mill|mold)-\d\d/ }
    private static var code: Regex<Substring> { /\b(?:F\d{3}|AL-\d{3}|E-?\d{2,3})\b/ }

    /// Reads as a model might that gets each fifth code wrong.
    private static func write(_ line: String) throws -> RecordText {
        func quoted(_ text: Substring?) throws -> String {
            try text.map { String(decoding: try JSONEncoder().encode(String($0)), as: UTF8.self) } ?? "null"
        }
        let number = line.utf8.reduce(0) { ($0 + Int($1)) % 1000 }
        let code = number % 5 == 0 ? "F999" : line.firstMatch(of: Self.code)?.output
        let record = try """
        {"machine":\(quoted(line.firstMatch(of: Self.machine)?.output)),"code":\(quoted(code)),\
        "message":\(quoted(line.suffix(12)))}
        """
        return RecordText(json: record, isTruncated: false)
    }

    @Test("give 200 records of the schema in their order, with words of the line alone")
    func records() async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../packaging/demo/logs").standardizedFileURL
        var splitter = DocumentSplitter(.line)
        var lines: [String] = []
        for name in ["gateway.jsonl", "hmi-zh.log", "plc-export.csv", "syslog.log"] {
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            for document in splitter.append(data) {
                if case .text(let text) = document.content { lines.append(text) }
            }
        }
        #expect(lines.count == 200)
        let task = try ExtractionTask(schema: Self.schema)
        let grammar = try Grammar(schema: JSONSchema(parsing: Self.schema))
        let source = Lines(lines)
        var extractions: [Extraction] = []
        try await Extractor(task: task) { messages, _ in try Self.write(messages.last?.content ?? "") }
            .run(next: { await source.next() }) { extractions.append($0) }
        #expect(extractions.map(\.line) == Array(1...200))
        var flagged = 0
        for extraction in extractions {
            guard case .record(let record) = extraction.outcome else {
                Issue.record("line \(extraction.line) gave no record")
                continue
            }
            #expect(grammar.accepts(record.json.compactBytes))
            flagged += record.notVerbatim.count
            #expect(record.notVerbatim.allSatisfy { $0 == "/code" }, "line \(extraction.line)")
            #expect(extraction.recordLine.contains("F999") == false)
            let line = lines[extraction.line - 1]
            let machine = try #require(line.firstMatch(of: Self.machine)).output
            #expect(extraction.recordLine.hasPrefix("{\"machine\":\"\(machine)\""))
        }
        #expect((20...60).contains(flagged))
    }

    private actor Lines {
        private var rest: ArraySlice<(offset: Int, element: String)>

        init(_ lines: [String]) { rest = Array(lines.enumerated())[...] }

        func next() -> SourceDocument? {
            rest.popFirst().map { SourceDocument(line: $0.offset + 1, content: .text($0.element)) }
        }
    }
}
