import Foundation

/// A ZIP archive (DOCX and XLSX are ones), listed and unpacked by `unzip` within bounds.
struct Archive {
    let url: URL
    let file: String
    let work: WorkFolder
    let limits: ImportLimits
    private let names: Set<String>

    /// Lists the archive.
    ///
    /// - Throws: when it is none, is encrypted, or would unpack to more than the limits allow: sizes that it declares
    ///   are checked here, those that it lies about when an entry is read.
    init(_ url: URL, file: String, work: WorkFolder, limits: ImportLimits) throws(ManualImportError) {
        self.url = url
        self.file = file
        self.work = work
        self.limits = limits
        try Archive.checkKind(url, file: file)
        let totals = try Converter.unzip.run(
            ["-Zt", url.path], in: work, limits: limits.converters, place: (file, nil))
        let words = String(decoding: totals.output.prefix(1_000), as: UTF8.self).split(separator: " ")
        // "12 files, 34567 bytes uncompressed, 12345 bytes compressed:  64.3%"
        guard totals.status <= 1, words.count >= 4, let count = Int(words[0]), let bytes = Int(words[2]) else {
            throw ManualImportError(.malformed, file: file, "is no readable ZIP archive; it may be truncated")
        }
        guard count <= limits.archiveEntries, bytes <= limits.unpackedBytes else {
            throw ManualImportError(
                .tooLarge, file: file,
                "would unpack to \(count) files and \(bytes >> 20) MiB; the limits are \(limits.archiveEntries) and"
                    + " \(limits.unpackedBytes >> 20) MiB")
        }
        let listing = try Converter.unzip.run(
            ["-Z1", url.path], in: work, limits: limits.converters, place: (file, nil))
        names = Set(String(decoding: listing.output, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    func has(_ name: String) -> Bool { names.contains(name) }

    /// Unpacks every entry to nowhere and compares the check sums.
    ///
    /// - Throws: when one does not fit: what is damaged is refused whole.
    func check() throws(ManualImportError) {
        let outcome = try Converter.unzip.run(
            ["-tqq", url.path], in: work, limits: limits.converters, place: (file, nil))
        // Archives made on Windows may part folders by backslashes, which unzip only remarks on.
        guard outcome.status == 0 || (outcome.status == 1 && outcome.complaint.contains("backslashes")) else {
            throw damaged(outcome, "it")
        }
    }

    private func damaged(_ outcome: Converter.Outcome, _ part: String) -> ManualImportError {
        if [5, 81, 82].contains(outcome.status) {
            return ManualImportError(.encrypted, file: file, "is encrypted; save it without a password")
        }
        let reason =
            outcome.complaint.isEmpty ? "unzip ended with status \(outcome.status)" : outcome.complaint.firstLine
        return ManualImportError(
            .malformed, file: file,
            "\(part) cannot be unpacked whole; the file is damaged (\(reason.prefix(200))). Get it again")
    }

    /// An entry's bytes; nil when the archive has no such entry.
    func entry(_ name: String) throws(ManualImportError) -> Data? {
        // Other characters have a meaning in unzip's patterns.
        guard has(name), name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0)) }) else {
            return nil
        }
        let outcome = try Converter.unzip.run(
            ["-p", url.path, name], in: work, limits: limits.converters, place: (file, nil))
        guard outcome.status <= 1 else { throw damaged(outcome, name) }
        return outcome.output
    }

    /// Office files with a password, and those of before 2007, are no archives but OLE containers.
    private static func checkKind(_ url: URL, file: String) throws(ManualImportError) {
        let handle = try? FileHandle(forReadingFrom: url)
        defer { try? handle?.close() }
        let start = (try? handle?.read(upToCount: 4)) ?? nil
        if start == Data([0xD0, 0xCF, 0x11, 0xE0]) {
            throw ManualImportError(
                .encrypted, file: file,
                "is encrypted, or in the format of Office before 2007; save it without a password as DOCX or XLSX")
        }
        guard start == Data([0x50, 0x4B, 0x03, 0x04]) else {
            throw ManualImportError(.malformed, file: file, "is no ZIP archive, as DOCX and XLSX files are")
        }
    }
}
