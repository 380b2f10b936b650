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
            if parts.count == 2 {
                values[String(parts[0])] = HiddenText.unmarked(TextCleaning.visible(String(parts[1]))).trimmed
            }
        }
        try check(outcome, page: nil)
        // Poppler rebuilds a damaged table of objects from what it finds, without what it does not.
        if let error = Self.errors(in: outcome).first { throw damaged(error) }
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

    /// Looks for damage before anything is read.
    ///
    /// - Parameter pages: as many as the document says to have.
    func checkIntegrity(pages: Int, warnings: inout [ImportWarning]) throws(ManualImportError) {
        guard let data = try? Data(contentsOf: url, options: .alwaysMapped) else {
            throw ManualImportError(.unreadable, file: file, "cannot be read")
        }
        let integrity = PDFIntegrity(data, unpackedLimit: limits.unpackedBytes)
        if let refusal = integrity.refusal { throw damaged(refusal) }
        if let objects = integrity.pageObjects, objects != pages {
            throw damaged("it says to have \(pages) pages and holds \(objects)")
        }
        if integrity.doubtfulParts > 0 {
            warnings.append(
                ImportWarning(
                    .damagedPart,
                    "\(integrity.doubtfulParts) of the file's parts, the first at byte \(integrity.firstDoubt), do not fit their"
                        + " check sums: words may have changed. Get the file again, or compare what was read with the paper"
                ))
        }
    }

    private func damaged(_ reason: some StringProtocol) -> ManualImportError {
        ManualImportError(
            .malformed, file: file,
            "is damaged: \(reason.prefix(200)). Get it again, or save it anew with a program that opens it whole")
    }

    /// What poppler could not read, as opposed to what it only remarks on.
    private static func errors(in outcome: Converter.Outcome) -> [Substring] {
        outcome.complaint.split(separator: "\n").filter {
            $0.hasPrefix("Syntax Error") || $0.hasPrefix("Internal Error") || $0.hasPrefix("I/O Error")
        }
    }

    /// The pages that poppler cannot read whole, with its reason.
    func damagedPages(_ first: Int, _ last: Int) throws(ManualImportError) -> [Int: String] {
        var reasons: [Int: String] = [:]
        for page in first...last {
            let outcome = try run(
                .pdftotext, ["-tsv", "-f", "\(page)", "-l", "\(page)", url.path, "-"], page: page)
            if let error = Self.errors(in: outcome).first { reasons[page] = String(error.prefix(200)) }
        }
        return reasons
    }

    /// Pages `first` to `last` as they are drawn, by their numbers; those that cannot be drawn are missing.
    func drawn(_ first: Int, _ last: Int, _ body: (Int, PageInk) -> Void) throws(ManualImportError) {
        let prefix = "ink-\(first)"
        defer { for picture in pictures(prefix) { try? FileManager.default.removeItem(at: picture) } }
        _ = try run(
            .pdftoppm,
            [
                "-q", "-gray", "-scale-to", "\(PageInk.pixels)", "-f", "\(first)", "-l", "\(last)", url.path,
                work.url.appending(path: prefix).path,
            ])
        for picture in pictures(prefix) {
            let name = picture.deletingPathExtension().lastPathComponent
            guard let page = name.split(separator: "-").last.flatMap({ Int($0) }),
                let ink = (try? Data(contentsOf: picture)).flatMap(PageInk.init)
            else { continue }
            body(page, ink)
        }
    }

    private func pictures(_ prefix: String) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: work.url.path)) ?? []
        return names.filter { $0.hasPrefix(prefix + "-") && $0.hasSuffix(".pgm") }.sorted().map {
            work.url.appending(path: $0)
        }
    }

    /// The words of pages `first` to `last`, and whether poppler complained about any.
    func words(_ first: Int, _ last: Int) throws(ManualImportError) -> (pages: [WordTable.Page], isWhole: Bool) {
        let outcome = try run(
            .pdftotext, ["-tsv", "-f", "\(first)", "-l", "\(last)", url.path, "-"],
            page: first == last ? first : nil)
        try check(outcome, page: first == last ? first : nil)
        let pages = WordTable.pages(in: outcome.output, scale: 1, mostWords: limits.wordsPerPage)
        return (pages, Self.errors(in: outcome).isEmpty)
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
