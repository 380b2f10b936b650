import Foundation

/// A manual file as read from disk: whole, within bounds, valid UTF-8, without invisible characters.
public struct ManualSource: Sendable {
    /// File name without folders, the manual's identity.
    public let file: String
    /// Lines end with `\n`; a byte-order mark, control and zero-width characters are gone.
    public let text: String
    /// The bytes as they were, for the content hash.
    public let bytes: Data

    /// - Throws: ``ManualImportError`` when the file cannot be read, is too large or is not UTF-8.
    public init(reading url: URL, limits: ImportLimits) throws(ManualImportError) {
        let name = url.lastPathComponent
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: url)
            defer { try? handle.close() }
            data = try handle.read(upToCount: limits.fileBytes + 1) ?? Data()
        } catch {
            throw ManualImportError(.unreadable, file: name, "cannot be read: \(error.localizedDescription)")
        }
        try self.init(file: name, bytes: data, limits: limits)
    }

    public init(file: String, bytes: Data, limits: ImportLimits) throws(ManualImportError) {
        guard bytes.count <= limits.fileBytes else {
            throw ManualImportError(.tooLarge, file: file, "larger than the limit of \(limits.fileBytes) bytes")
        }
        self.file = file
        self.bytes = bytes
        self.text = TextCleaning.visible(try ManualSource.decode(bytes, file: file))
    }

    private static func decode(_ bytes: Data, file: String) throws(ManualImportError) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ManualImportError(
                .encoding, file: file, line: 1, "is UTF-16; expected UTF-8 (iconv -f UTF-16 -t UTF-8 converts it)")
        }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var line = 1
        for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            guard String(validating: piece, as: UTF8.self) != nil else {
                throw ManualImportError(.encoding, file: file, line: line, encodingAdvice(piece))
            }
            line += 1
        }
        throw ManualImportError(.encoding, file: file, "is not valid UTF-8")
    }

    private static func encodingAdvice(_ line: Data) -> String {
        guard looksLikeBig5(line) else { return "is not valid UTF-8" }
        return "is not valid UTF-8 and looks like Big5 (iconv -f BIG5 -t UTF-8 converts it)"
    }

    /// Big5 writes each Chinese character as a lead byte A1–F9 and a trail byte 40–7E or A1–FE.
    private static func looksLikeBig5(_ line: Data) -> Bool {
        var pairs = 0
        var index = line.startIndex
        while index < line.endIndex {
            if line[index] < 0x80 {
                index += 1
                continue
            }
            let next = index + 1
            guard (0xA1...0xF9).contains(line[index]), next < line.endIndex,
                (0x40...0x7E).contains(line[next]) || (0xA1...0xFE).contains(line[next])
            else { return false }
            pairs += 1
            index += 2
        }
        return pairs > 0
    }
}
