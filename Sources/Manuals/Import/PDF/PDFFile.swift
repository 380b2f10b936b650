import Foundation

/// What poppler's programs tell about a PDF, within bounds.
struct PDFFile {
    /// Resolution at which scanned pages are read; what Tesseract's documentation advises.
    private static let scanDotsPerInch = 300
    private static let scanLanguages = "eng+chi_tra"

    let url: URL
    let file: String
    let work: WorkFolder
    let limits: ImportLimits

    struct Facts {
        let pages: Int
        let title: String?
    }

    func facts() throws(ManualImportError) -> Facts {
        let outcome = try run(.pdfinfo, ["-enc", "UTF-8", url.path])
        var values: [String: String] = [:]
        for line in String(decoding: outcome.output.prefix(64 << 10), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = TextCleaning.visible(String(parts[1])).trimmed }
        }
        try check(outcome, page: nil)
        guard let pages = values["Pages"].flatMap({ Int($0) }), pages > 0 else {
            throw ManualImportError(.malformed, file: file, "is no PDF with pages: \(outcome.complaint.firstLine)")
        }
        guard pages <= limits.pages else {
            throw ManualImportError(
                .tooLarge, file: file, "\(pages) pages; the limit is \(limits.pages). Import it in parts")
        }
        let title = values["Title"].flatMap { $0.isEmpty || $0.hasPrefix("Microsoft") || $0.hasPrefix("(") ? nil : $0 }
        return Facts(pages: pages, title: title)
    }

    /// The words of pages `first` to `last`.
    func words(_ first: Int, _ last: Int) throws(ManualImportError) -> [WordTable.Page] {
        let outcome = try run(
            .pdftotext, ["-tsv", "-q", "-f", "\(first)", "-l", "\(last)", url.path, "-"],
            page: first == last ? first : nil)
        try check(outcome, page: first == last ? first : nil)
        return WordTable.pages(in: outcome.output, scale: 1, mostWords: limits.wordsPerPage)
    }

    /// Which of the pages carry pictures.
    func pagesWithImages(_ first: Int, _ last: Int) throws(ManualImportError) -> Set<Int> {
        let outcome = try run(.pdfimages, ["-list", "-f", "\(first)", "-l", "\(last)", url.path])
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").dropFirst(2)
        return Set(lines.compactMap { Int($0.split(separator: " ").first ?? "") })
    }

    /// Reads a page's picture; nil when the page shows no words.
    func recognised(page: Int) throws(ManualImportError) -> WordTable.Page? {
        let picture = work.url.appending(path: "page-\(page)")
        defer { try? FileManager.default.removeItem(at: picture.appendingPathExtension("png")) }
        let drawn = try run(
            .pdftoppm,
            [
                "-q", "-r", "\(PDFFile.scanDotsPerInch)", "-gray", "-png", "-singlefile", "-f", "\(page)", "-l",
                "\(page)", url.path, picture.path,
            ], page: page)
        try check(drawn, page: page)
        let outcome = try run(
            .tesseract,
            [
                picture.appendingPathExtension("png").path, "-", "-l", PDFFile.scanLanguages, "--dpi",
                "\(PDFFile.scanDotsPerInch)", "tsv",
            ], page: page)
        guard outcome.status == 0 else {
            throw ManualImportError(
                .converter, file: file, page: page, "tesseract failed: \(outcome.complaint.firstLine)")
        }
        let pages = WordTable.pages(
            in: outcome.output, scale: 72 / Float(PDFFile.scanDotsPerInch), mostWords: limits.wordsPerPage,
            isRecognised: true)
        return pages.first.flatMap { $0.words.isEmpty ? nil : $0 }
    }

    private func run(
        _ converter: Converter, _ arguments: [String], page: Int? = nil
    ) throws(ManualImportError) -> Converter.Outcome {
        try converter.run(arguments, in: work, limits: limits.converters, place: (file, page))
    }

    /// Turns poppler's exit status into what a person can do about it: 1 is a file that cannot be opened, 3 one whose
    /// text may not be taken (pdftotext's manual page).
    private func check(_ outcome: Converter.Outcome, page: Int?) throws(ManualImportError) {
        if outcome.status == 0 { return }
        let complaint = outcome.complaint
        if outcome.status == 3 || complaint.contains("password") || complaint.contains("not allowed") {
            throw ManualImportError(
                .encrypted, file: file, page: page,
                "is encrypted and does not give out its text; save it without password and restrictions")
        }
        throw ManualImportError(
            .malformed, file: file, page: page,
            "cannot be read; it may be truncated or damaged (\(complaint.firstLine.prefix(200)))")
    }
}

extension String {
    fileprivate var firstLine: Substring { prefix { $0 != "\n" } }
}
