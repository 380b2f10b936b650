import Foundation

/// Marks the text of a Word document that its reader does not see (``HiddenText``), in a copy: pandoc tells nothing of
/// how text looks.
struct HiddenRuns {
    private struct Table {
        var look: RunLook?
        var rows = 0
        var ground: PaperColor?
        var isGroundTold = false
    }

    private struct Paragraph {
        var look: RunLook?
        var ground: PaperColor?
    }

    private struct Run {
        var style: RunLook?
        var own = RunLook()
        var ground: PaperColor?
        var isHighlighted = false
    }

    private let styles: [String: RunLook]
    private var path: [String] = []
    private var page = PaperColor.white
    private var tables: [Table] = []
    private var paragraphs: [Paragraph] = []
    private var runs: [Run] = []
    /// Where hidden texts end in the document's bytes, rising.
    private var places: [Int] = []

    private init(styles: [String: RunLook]) { self.styles = styles }

    /// - Returns: a copy with marks; nil when the document hides nothing.
    static func marked(_ archive: Archive) throws(ManualImportError) -> URL? {
        let entry = try mainEntry(of: archive)
        guard let document = try archive.entry(entry) else {
            throw ManualImportError(.malformed, file: archive.file, "holds no \(entry): this is no whole DOCX file")
        }
        let folder = entry.split(separator: "/").dropLast().joined(separator: "/")
        let sheet = try archive.entry(folder.isEmpty ? "styles.xml" : folder + "/styles.xml")
        var part = "the table of styles"
        var reader: HiddenRuns
        do throws(XMLFlaw) {
            reader = HiddenRuns(styles: try sheet.map { data throws(XMLFlaw) in try RunLook.styles(in: data) } ?? [:])
            part = entry
            try reader.read(document)
        } catch {
            throw ManualImportError(
                .malformed, file: archive.file,
                "\(part) is damaged: line \(error.line) of its XML: \(error.reason); expected a whole, well-formed part. Save the"
                    + " file anew or get it again")
        }
        guard !reader.places.isEmpty else { return nil }
        guard document.first == UInt8(ascii: "<") || document.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw ManualImportError(
                .encoding, file: archive.file, "\(entry) is not in UTF-8, as Word writes it; save it anew")
        }
        return try copy(archive, entry, reader.marking(document))
    }

    private static func mainEntry(of archive: Archive) throws(ManualImportError) -> String {
        var entry = "word/document.xml"
        guard let relations = try archive.entry("_rels/.rels") else { return entry }
        do throws(XMLFlaw) {
            try XMLEvents.read(relations) { event in
                if case .begin("Relationship", let attributes) = event,
                    attributes["Type"]?.hasSuffix("/officeDocument") ?? false,
                    let target = attributes["Target"]
                {
                    entry = String(target.drop { $0 == "/" })
                }
                return true
            }
        } catch {
            throw ManualImportError(
                .malformed, file: archive.file, "_rels/.rels is damaged: line \(error.line) of its XML: \(error.reason)"
            )
        }
        return entry
    }

    private static func copy(_ archive: Archive, _ entry: String, _ document: Data) throws(ManualImportError) -> URL {
        let copy = archive.work.url.appending(path: "marked.docx")
        let part = archive.work.url.appending(path: entry)
        do {
            try FileManager.default.copyItem(at: archive.url, to: copy)
            // What a read-only original lends its copy is not wanted.
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.path)
            try FileManager.default.createDirectory(
                at: part.deletingLastPathComponent(), withIntermediateDirectories: true)
            try document.write(to: part)
        } catch {
            throw ManualImportError(
                .converter, file: archive.file, "no room to convert it: \(error.localizedDescription)")
        }
        let outcome = try Converter.zip.run(
            ["-q", copy.path, entry], in: archive.work, limits: archive.limits.converters, place: (archive.file, nil))
        guard outcome.status == 0 else {
            throw ManualImportError(
                .converter, file: archive.file, "zip failed on its copy: \(outcome.complaint.firstLine.prefix(200))")
        }
        return copy
    }

    private func marking(_ document: Data) -> Data {
        var marked = Data(capacity: document.count + places.count * 4)
        var start = 0
        for place in places {
            marked += document[document.startIndex + start..<document.startIndex + place]
            marked += Data(String(Character(HiddenText.format)).utf8)
            start = place
        }
        return marked + document[(document.startIndex + start)...]
    }

    private mutating func read(_ document: Data) throws(XMLFlaw) {
        var reader = self
        try XMLEvents.read(document) { event in
            switch event {
            case .begin(let name, let attributes):
                reader.begin(name, attributes)
                reader.path.append(name)
            case .end(let name, let text, let offset):
                reader.path.removeLast()
                reader.end(name, text, offset)
            }
            return true
        }
        self = reader
    }

    private mutating func begin(_ name: String, _ attributes: [String: String]) {
        let value = attributes["val"]
        let (parent, grandparent) = (path.last, path.dropLast().last)
        switch (parent, name) {
        case (_, "background"): page = attributes["color"].flatMap { PaperColor(hexadecimal: $0) } ?? page
        case (_, "tbl"): tables.append(Table())
        case (_, "p"): paragraphs.append(Paragraph())
        case (_, "r"): runs.append(Run())
        case ("tblPr", "tblStyle") where !tables.isEmpty: tables[tables.count - 1].look = value.flatMap { styles[$0] }
        case ("tbl", "tr") where !tables.isEmpty: tables[tables.count - 1].rows += 1
        case ("tr", "tc") where !tables.isEmpty:
            tables[tables.count - 1].ground = nil
            tables[tables.count - 1].isGroundTold = false
        case ("tcPr", "shd") where !tables.isEmpty:
            tables[tables.count - 1].ground = HiddenRuns.fill(attributes)
            tables[tables.count - 1].isGroundTold = true
        case ("pPr", "pStyle") where !paragraphs.isEmpty:
            paragraphs[paragraphs.count - 1].look = value.flatMap { styles[$0] }
        case ("pPr", "shd") where !paragraphs.isEmpty:
            paragraphs[paragraphs.count - 1].ground = HiddenRuns.fill(attributes)
        case ("rPr", _) where grandparent == "r" && !runs.isEmpty:
            switch name {
            case "rStyle": runs[runs.count - 1].style = value.flatMap { styles[$0] }
            case "shd": runs[runs.count - 1].ground = HiddenRuns.fill(attributes)
            case "highlight": runs[runs.count - 1].isHighlighted = value != "none" && value != "white"
            default: runs[runs.count - 1].own.take(name, attributes)
            }
        default: break
        }
    }

    private mutating func end(_ name: String, _ text: String, _ offset: Int) {
        switch name {
        case "tbl": if !tables.isEmpty { tables.removeLast() }
        case "p": if !paragraphs.isEmpty { paragraphs.removeLast() }
        case "r": if !runs.isEmpty { runs.removeLast() }
        case "t":
            guard text.contains(where: { !$0.isWhitespace }), let run = runs.last else { return }
            let paragraph = paragraphs.last ?? Paragraph()
            let look = run.own.over(run.style ?? RunLook()).over(paragraph.look ?? RunLook())
                .over(tables.last?.look ?? RunLook())
            if look.isHidden(on: run.isHighlighted ? nil : ground(of: run, paragraph)) { places.append(offset) }
        default: break
        }
    }

    /// nil where a table's style may shade its first row.
    private func ground(of run: Run, _ paragraph: Paragraph) -> PaperColor? {
        if let ground = run.ground ?? paragraph.ground { return ground }
        guard let table = tables.last else { return page }
        if table.isGroundTold { return table.ground ?? page }
        return table.look?.shadesCells == true && table.rows <= 1 ? nil : page
    }

    private static func fill(_ attributes: [String: String]) -> PaperColor? {
        attributes["fill"].flatMap { PaperColor(hexadecimal: $0) }
    }
}
