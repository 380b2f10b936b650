import Foundation

/// A PDF of one page from its objects (1 the catalogue, 2 the pages), with a right table of them.
func pdfFile(_ objects: [String], pages: Int = 1) -> Data {
    let all =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [\((0..<pages).map { "\($0 + 3) 0 R" }.joined(separator: " "))] /Count \(pages) >>",
        ] + objects
    var text = "%PDF-1.4\n"
    var offsets: [Int] = []
    for (index, object) in all.enumerated() {
        offsets.append(text.utf8.count)
        text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
    }
    let table = text.utf8.count
    text += "xref\n0 \(all.count + 1)\n0000000000 65535 f \n"
    for offset in offsets { text += String(repeating: "0", count: 10 - "\(offset)".count) + "\(offset) 00000 n \n" }
    text += "trailer\n<< /Size \(all.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n"
    return Data(text.utf8)
}

func stream(_ entries: String, _ content: String) -> String {
    "<< \(entries) /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream"
}

/// A ZIP archive made by `zip` of Info-ZIP.
func zipped(_ entries: [String: Data], in folder: TemporaryFolder) throws -> Data {
    let content = folder.url.appending(path: "zip-\(UUID().uuidString)")
    for (name, data) in entries {
        let file = content.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }
    let archive = folder.url.appending(path: UUID().uuidString + ".zip")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/zip")
    process.arguments = ["-q", "-r", archive.path] + entries.keys.sorted()
    process.currentDirectoryURL = content
    try process.run()
    process.waitUntilExit()
    return try Data(contentsOf: archive)
}

/// An XLSX file of one sheet.
func workbook(sheet: Data, styles: Data? = nil, strings: Data? = nil, in folder: TemporaryFolder) throws -> Data {
    let book = #"<workbook><sheets><sheet name="Faults" r:id="r1"/></sheets></workbook>"#
    let relations = #"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"#
    var entries = [
        "xl/workbook.xml": Data(book.utf8), "xl/_rels/workbook.xml.rels": Data(relations.utf8),
        "xl/worksheets/sheet1.xml": sheet,
    ]
    entries["xl/styles.xml"] = styles
    entries["xl/sharedStrings.xml"] = strings
    return try zipped(entries, in: folder)
}
