import Foundation

/// Reads the table of words that `pdftotext -tsv` and `tesseract … tsv` print: one line a word, twelve columns.
///
/// level, page_num, par_num, block_num, line_num, word_num, left, top, width, height, conf, text; level 1 is a page, 5 a
/// word (Tesseract's manual page, "tsv"; poppler prints the same columns in points, Tesseract in pixels).
struct WordTable {
    struct Page {
        /// Counted by the program from the first page that it was given.
        let number: Int
        let height: Float
        var words: [LayoutWord] = []
        /// Mean of how sure the words are, 0…100.
        var confidence: Float = 100
        /// Words that were left out as noise, or because they are too many.
        var dropped = 0
    }

    /// - Parameters:
    ///   - scale: what a unit of the table is in points.
    ///   - isRecognised: the words come from a picture: ruled lines among them were taken for characters.
    ///   - mostWords: words of a page beyond this are dropped, and the page has exactly so many.
    static func pages(in bytes: Data, scale: Float, mostWords: Int, isRecognised: Bool = false) -> [Page] {
        var pages: [Page] = []
        var sums: [Float] = []
        bytes.withUnsafeBytes { buffer in
            for line in buffer.split(separator: UInt8(ascii: "\n")) {
                let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 11, omittingEmptySubsequences: false)
                guard fields.count == 12, let level = fields[0].first else { continue }
                if level == UInt8(ascii: "1") {
                    pages.append(Page(number: Int(number(fields[1])), height: number(fields[9]) * scale))
                    sums.append(0)
                } else if level == UInt8(ascii: "5"), let last = pages.indices.last {
                    let confidence = number(fields[10])
                    guard pages[last].words.count < mostWords, !isRecognised || confidence >= leastConfidence else {
                        pages[last].dropped += 1
                        continue
                    }
                    var text = TextCleaning.visible(String(decoding: fields[11], as: UTF8.self)).trimmed
                    if isRecognised { text = withoutLines(text) }
                    guard !text.isEmpty else { continue }
                    let (left, top) = (number(fields[6]) * scale, number(fields[7]) * scale)
                    pages[last].words.append(
                        LayoutWord(
                            text: text, left: left, top: top, right: left + number(fields[8]) * scale,
                            bottom: top + number(fields[9]) * scale))
                    sums[last] += confidence
                }
            }
        }
        for index in pages.indices where !pages[index].words.isEmpty {
            pages[index].confidence = sums[index] / Float(pages[index].words.count)
        }
        return pages
    }

    /// Words that are recognised worse than this are noise.
    private static let leastConfidence: Float = 25

    private static func withoutLines(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.first, "|_—".contains(first) { rest.removeFirst() }
        while let last = rest.last, "|_—".contains(last) { rest.removeLast() }
        return String(rest)
    }

    /// A decimal number of ASCII digits; 0 for anything else.
    private static func number(_ field: UnsafeRawBufferPointer.SubSequence) -> Float {
        var value: Float = 0
        var fraction: Float = 0
        var sign: Float = 1
        for byte in field {
            switch byte {
            case UInt8(ascii: "-"): sign = -1
            case UInt8(ascii: "."): fraction = 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = Float(byte - UInt8(ascii: "0"))
                if fraction > 0 {
                    fraction /= 10
                    value += digit * fraction
                } else {
                    value = value * 10 + digit
                }
            default: return 0
            }
        }
        return sign * value
    }
}
