import Domain
import Foundation
import Testing

@testable import Manuals

/// One manual in every format; `packaging/demo/render-manual` made the others from the Markdown original.
@Suite struct FormatTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/formats")
    static let manuals = ["orvalin-d300-dryer", "tengyu-p40-pump"]

    /// What must be equal however a manual came in; blanks apart, which each format sets in its own way.
    private struct Content: Equatable, CustomStringConvertible {
        let kind: Passage.Kind
        let heading: [String]
        let codes: [String]
        let title: String?
        let text: String
        let remedies: [String]
        let escalation: String?
        let safety: [String]

        init(_ draft: PassageDraft, headings: Int = 9, withSafety: Bool = true) {
            kind = draft.kind
            heading = draft.heading.suffix(headings).map(Self.bare)
            codes = draft.codes.map(\.written)
            title = draft.title.map(Self.bare)
            text = Self.bare(draft.text)
            remedies = draft.remedies.map(Self.bare)
            escalation = draft.escalation.map(Self.bare)
            safety = withSafety ? draft.safety.map { Self.bare($0.signalWord + $0.text) } : []
        }

        private static func bare(_ text: String) -> String { text.filter { !$0.isWhitespace } }

        var description: String {
            "\n  \(kind) \(heading) \(codes) \(title ?? "-")\n  \(text)\n  \(remedies) \(escalation ?? "-") \(safety)"
        }
    }

    private func parse(_ manual: String, _ format: String) throws -> ParsedManual {
        let file = FormatTests.folder.appending(path: "\(manual).\(format)")
        return try ManualsTests.parse(ManualSource(reading: file, limits: ImportLimits()))
    }

    @Test("documents give the passages of the Markdown original", arguments: manuals, ["pdf", "docx", "html", "txt"])
    func documents(manual: String, format: String) throws {
        let original = try parse(manual, "md")
        let other = try parse(manual, format)
        #expect(other.passages.map { Content($0) } == original.passages.map { Content($0) })
        #expect(other.metadata.machineModel == original.metadata.machineModel)
        #expect(other.metadata.language == original.metadata.language)
        #expect(other.metadata.title == original.metadata.title)
        #expect(other.metadata.documentNumber == original.metadata.documentNumber)
        #expect(other.warnings.isEmpty, "\(other.warnings)")
    }

    @Test("fault lists give the rows of the Markdown original", arguments: manuals, ["csv", "xlsx"])
    func lists(manual: String, format: String) throws {
        let rows = try parse(manual, "md").passages.filter { $0.kind == .faultRow }
        let other = try parse(manual, format)
        #expect(
            other.passages.map { Content($0, headings: 1, withSafety: false) }
                == rows.map { Content($0, headings: 1, withSafety: false) })
        #expect(other.passages.map(\.page) == rows.map(\.page))
        #expect(other.metadata.machineModel != nil && other.metadata.language != nil)
    }

    @Test("a PDF's passages carry the printed page, their box and their header row", arguments: manuals)
    func places(manual: String) throws {
        let original = try parse(manual, "md")
        let pdf = try parse(manual, "pdf")
        #expect(pdf.passages.map(\.page) == original.passages.map(\.page))
        for passage in pdf.passages {
            let box = try #require(passage.layout.box)
            #expect(box.left > 0 && box.top > 0 && box.left + box.width < 596 && box.top + box.height < 842)
            #expect(passage.layout.header.count == (passage.kind == .faultRow ? 4 : 0))
            #expect(!passage.layout.isOCR)
        }
        // Rows of one page lie below each other.
        let rows = pdf.passages.filter { $0.kind == .faultRow }
        for (upper, lower) in zip(rows, rows.dropFirst()) where upper.page == lower.page {
            #expect((upper.layout.box?.top ?? 0) < (lower.layout.box?.top ?? 0))
        }
    }

    @Test("a scanned manual is read, marked as such, and gives its codes")
    func scanned() throws {
        let original = try parse("scanned-list", "md")
        let scan = try parse("scanned-list", "scan.pdf")
        #expect(scan.passages.allSatisfy { $0.layout.isOCR })
        let rows = scan.passages.filter { $0.kind == .faultRow }
        #expect(rows.map(\.codes) == original.passages.map(\.codes))
        #expect(rows.map(\.layout.header) == original.passages.map(\.layout.header))
        #expect(rows.allSatisfy { $0.layout.box != nil && $0.page == 1 })
    }

    @Test("what is found on a scanned page says so, and what is not does not")
    func scannedSource() throws {
        for (format, scanned) in [("scan.pdf", true), ("md", nil)] as [(String, Bool?)] {
            let folder = try TemporaryFolder()
            let library = try Library.open(folder.library)
            _ = try library.importManuals([FormatTests.folder.appending(path: "scanned-list.\(format)")])
            let code = try #require(
                try parse("scanned-list", format).passages.first { $0.kind == .faultRow }?.codes.first)
            let found = try library.search("\(code)")
            #expect(found.results.first?.match == .code && found.results.first?.scanned == scanned)
        }
    }
}
