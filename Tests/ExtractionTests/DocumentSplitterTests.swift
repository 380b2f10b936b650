import TestSupport
import Testing

@testable import Extraction

@Suite("cutting input into documents")
struct DocumentSplitterTests {
    private func split(_ text: String, _ input: ExtractionTask.Input, limit: Int = 100) -> [SourceDocument] {
        var splitter = DocumentSplitter(input, documentBytesLimit: limit)
        return splitter.append(text.utf8) + [splitter.finish()].compactMap(\.self)
    }

    private func document(_ line: Int, _ text: String) -> SourceDocument {
        SourceDocument(line: line, content: .text(text))
    }

    @Test("each line that is not blank is one, with its number and without its end")
    func lines() {
        #expect(
            split("a\r\n\n  \n b c \t\n油\nlast", .line)
                == [document(1, "a"), document(4, "b c"), document(5, "油"), document(6, "last")])
        #expect(split("", .line).isEmpty && split("\n\n", .line).isEmpty)
    }

    @Test("each run of lines without a blank one is a paragraph; all of the input is a document")
    func longer() {
        let text = "\n\na\nb\n \t\n\nc\n"
        #expect(split(text, .paragraph) == [document(3, "a\nb"), document(7, "c")])
        #expect(split(text, .document) == [document(3, "a\nb\n \t\n\nc")])
    }

    @Test("one that is too long or no UTF-8 says so with its line, and the next one is read")
    func unreadable() {
        let long = split("ok\n\(String(repeating: "x", count: 101))\nnext\n", .line)
        #expect(
            long == [
                document(1, "ok"), .init(line: 2, content: .unreadable("expected at most 100 bytes for one record")),
                document(3, "next"),
            ])
        #expect(split(String(repeating: " ", count: 500) + "x\n", .line) == [document(1, "x")], "blanks do not count")
        var splitter = DocumentSplitter(.line)
        let documents = splitter.append([0x61, 0xFF, 0x0A, 0x62, 0x0A] as [UInt8])
        #expect(documents == [.init(line: 1, content: .unreadable("expected UTF-8 text")), document(2, "b")])
    }

    @Test("however the input is cut, the documents are the same", arguments: ExtractionTask.Input.allCases)
    func everySplit(input: ExtractionTask.Input) {
        let text = "eins\n\nzwei drei\r\n油位 過低\n \n\nvier"
        let whole = split(text, input)
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var splitter = DocumentSplitter(input, documentBytesLimit: 100)
            let parts = splitter.append(bytes[..<cut]) + splitter.append(bytes[cut...])
            #expect(parts + [splitter.finish()].compactMap(\.self) == whole)
        }
    }
}
