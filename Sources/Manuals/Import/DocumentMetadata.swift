import Domain

/// Finds what a document without front matter says about itself: `Machine model: …`, `機型：…` in its first lines.
enum DocumentMetadata {
    private static let lines = 16
    private static let keys: [String: String] = [
        "title": "title", "machine model": "machine_model", "machine_model": "machine_model", "model": "machine_model",
        "language": "language", "document number": "document_number", "document no.": "document_number",
        "document": "document_number", "lang": "language", "document_number": "document_number",
        "revision_label": "revision_label", "revision": "revision_label", "edition": "revision_label", "標題": "title",
        "機型": "machine_model", "適用機型": "machine_model", "型號": "machine_model", "語言": "language",
        "文件編號": "document_number", "版次": "revision_label", "版本": "revision_label",
    ]

    /// Takes such lines out of the blocks before the first table.
    static func take(from blocks: inout [ManualBlock], into metadata: inout ManualMetadata) {
        var seen = 0
        for index in blocks.indices {
            if case .table = blocks[index].content { break }
            guard case .paragraph(let lines, let isMarked) = blocks[index].content else { continue }
            let kept = lines.filter { !take($0, into: &metadata) }
            if kept.count < lines.count { blocks[index].content = .paragraph(kept, isMarked: isMarked) }
            seen += lines.count
            if seen > self.lines { break }
        }
    }

    /// - Returns: whether the line gives a value that is known.
    static func take(_ line: String, into metadata: inout ManualMetadata) -> Bool {
        guard let colon = line.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return false }
        let value = line[colon...].drop { ":： \t".contains($0) }
        return take(key: String(line[..<colon]), value: value.trimmed, into: &metadata)
    }

    static func take(key: String, value: String, into metadata: inout ManualMetadata) -> Bool {
        guard let known = keys[key.lowercased().trimmed], !value.isEmpty else { return false }
        var taken = ManualMetadata()
        // A language that Andon does not have is text like any other.
        guard (try? taken.take(line: "\(known): \(value)", number: 1, file: "")) != nil else { return false }
        metadata = taken.overridden(by: metadata)
        return true
    }

    /// The language of most of a text: Chinese characters say more than Latin letters, one for a word.
    static func language(of passages: [PassageDraft]) -> Language {
        var chinese = 0
        var latin = 0
        for scalar in passages.prefix(200).lazy.flatMap(\.text.unicodeScalars) {
            if scalar.isCJK { chinese += 1 } else if scalar.properties.isAlphabetic { latin += 1 }
        }
        return chinese * 4 > latin ? .traditionalChinese : .english
    }
}
