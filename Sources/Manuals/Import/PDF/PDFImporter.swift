import Domain
import Foundation

/// Imports PDF: text with its place on the page through poppler, scanned pages through Tesseract.
public struct PDFImporter: ManualImporter {
    public let fileExtensions = ["pdf"]
    public let version = 2
    /// Pages that one run of `pdftotext` reads: few enough to name the one that stops it.
    private static let pagesAtOnce = 50
    /// A page with fewer words is looked at for a picture of words.
    private static let fewWords = 6
    /// Mean confidence of recognised words below which a person should compare the page.
    private static let sureConfidence: Float = 80
    /// … as well as where one word in so many could not be read at all.
    private static let dropped = 30

    public init() {}

    public func parse(_ source: ManualSource, _ context: ImportContext) throws(ManualImportError) -> ParsedManual {
        let work = try WorkFolder(file: source.file)
        return try source.withFile { url throws(ManualImportError) in
            let pdf = PDFFile(url: url, file: source.file, work: work, limits: context.limits)
            return try parse(pdf, context)
        }
    }

    private func parse(_ pdf: PDFFile, _ context: ImportContext) throws(ManualImportError) -> ParsedManual {
        let facts = try pdf.facts()
        var pages: [LayoutPage] = []
        var warnings: [ImportWarning] = []
        try pdf.checkIntegrity(pages: facts.pages, warnings: &warnings)
        var unseen = UnseenWords()
        var scanned = 0
        for first in stride(from: 1, through: facts.pages, by: Self.pagesAtOnce) {
            let last = min(first + Self.pagesAtOnce - 1, facts.pages)
            var batch = try words(of: pdf, first, last, warnings: &warnings)
            try look(for: &unseen, in: batch, first, last, pdf)
            try recognise(&batch, first, last, pdf, scanned: &scanned, warnings: &warnings)
            pages += batch
            context.tell(pages: last, of: facts.pages)
        }
        guard pages.contains(where: { !$0.words.isEmpty }) else {
            let scan = warnings.contains { $0.kind == .pageNeedsEyes }
            throw ManualImportError(
                .malformed, file: pdf.file, page: 1,
                scan ? "no page has text that can be read: \(warnings[0].message)" : "no page has any text")
        }
        unseen.mark(&pages, warnings: &warnings)
        let bare = pages.filter(\.words.isEmpty).compactMap(\.number).filter { page in
            !warnings.contains { $0.page == page }
        }
        if !bare.isEmpty {
            let places = bare.prefix(20).map(String.init).joined(separator: ", ") + (bare.count > 20 ? ", …" : "")
            warnings.append(
                ImportWarning(.skippedPart, "no text was found on \(bare.count) of \(pages.count) pages: \(places)"))
        }
        var (blocks, offset) = LayoutDocument.read(pages)
        warnings = warnings.map { warning in
            ImportWarning(warning.kind, page: warning.page.map { $0 + offset }, warning.message)
        }
        var metadata = ManualMetadata()
        DocumentMetadata.take(from: &blocks, into: &metadata)
        metadata.title = metadata.title ?? facts.title
        return try ParsedManual.make(
            from: blocks, metadata: metadata, warnings: warnings, file: pdf.file, limits: context.limits)
    }

    /// Reads many pages at once, and each alone when that fails, so that the error names the page.
    private func words(
        of pdf: PDFFile, _ first: Int, _ last: Int, warnings: inout [ImportWarning]
    ) throws(ManualImportError) -> [LayoutPage] {
        let read: (pages: [WordTable.Page], isWhole: Bool)
        do {
            read = try pdf.words(first, last)
        } catch let error where error.code != .encrypted && first < last {
            for page in first...last { _ = try pdf.words(page, page) }
            throw error
        }
        var reasons = read.isWhole ? [:] : try pdf.damagedPages(first, last)
        // What poppler skips as damaged is an empty page.
        var pages = (first...last).map { LayoutPage(number: $0, height: 0, unit: .points, words: []) }
        var missing = Set(first...last)
        for page in read.pages where (first...last).contains(page.number) {
            missing.remove(page.number)
            pages[page.number - first] = LayoutPage(
                number: page.number, height: page.height, unit: .points, words: page.words)
            if page.dropped > 0 { reasons[page.number] = "it has over \(pdf.limits.wordsPerPage) words" }
        }
        for page in missing { reasons[page] = reasons[page] ?? "poppler leaves it out" }
        warnings += reasons.sorted { $0.key < $1.key }.map { page, reason in
            ImportWarning(.pageNeedsEyes, page: page, "could not be read whole (\(reason))")
        }
        return pages
    }

    /// Looks which words of these pages can be seen.
    private func look(
        for unseen: inout UnseenWords, in batch: [LayoutPage], _ first: Int, _ last: Int, _ pdf: PDFFile
    ) throws(ManualImportError) {
        guard batch.contains(where: { !$0.words.isEmpty }) else { return }
        var left = Set(batch.indices)
        do {
            try pdf.drawn(first, last) { number, ink in
                guard let index = left.remove(number - first) else { return }
                unseen.look(at: batch[index], number - 1, ink: ink)
            }
        } catch let error where error.message.contains("not installed") {
            throw error
        } catch {
            // A page that cannot be drawn in its time is named below.
        }
        for index in left { unseen.look(at: batch[index], first - 1 + index, ink: nil) }
    }

    /// Reads the scanned ones of these pages.
    private func recognise(
        _ pages: inout [LayoutPage], _ first: Int, _ last: Int, _ pdf: PDFFile, scanned: inout Int,
        warnings: inout [ImportWarning]
    ) throws(ManualImportError) {
        let bare = pages.indices.filter { pages[$0].words.count < Self.fewWords }
        guard !bare.isEmpty else { return }
        let withImages = try pdf.pagesWithImages(first, last)
        for index in bare where withImages.contains(first + index) {
            let number = first + index
            func needsEyes(_ reason: String) {
                warnings.append(ImportWarning(.pageNeedsEyes, page: number, reason))
            }
            guard Converter.tesseract.isInstalled else {
                needsEyes("is a picture, and tesseract (tesseract-ocr, tesseract-ocr-chi-tra) is not installed")
                continue
            }
            guard scanned < pdf.limits.scannedPages else {
                needsEyes("is a picture; only the first \(pdf.limits.scannedPages) of a file are read")
                continue
            }
            scanned += 1
            do {
                guard let page = try pdf.recognised(page: number) else {
                    needsEyes("is a picture without words that can be read")
                    continue
                }
                pages[index] = LayoutPage(
                    number: number, height: page.height, unit: .points, words: page.words, isOCR: true)
                if page.confidence < Self.sureConfidence || page.dropped * Self.dropped > page.words.count {
                    needsEyes(
                        "was read from a scan, not surely (\(Int(page.confidence)) of 100, \(page.dropped) words left out)"
                    )
                }
            } catch {
                needsEyes("is a picture that could not be read: \(error.message)")
            }
        }
    }
}
