import Foundation

/// A drawn page: tells which of its words can be seen.
///
/// Whatever hides a word (its color, its size, a mode without ink, a box over it, a place beyond the edge), it leaves no
/// contrast where it stands. A scan with words laid under it has the picture's ink there.
struct PageInk {
    /// The longer side of a page in pixels: enough to see that small print is there.
    static let pixels = 1_200
    /// Grey levels of 255 between ink and ground.
    private static let leastContrast: UInt8 = 20
    /// Words of fewer points nobody reads.
    private static let leastPoints: Float = 2
    /// The part of a word's height above and below that a line or a neighbor may touch.
    private static let margin: Float = 0.15

    private let bytes: Data
    private let width: Int
    private let height: Int
    private let start: Int

    /// Reads a picture in the format PGM as pdftoppm prints it: `P5`, width, height, `255`, then a byte a pixel.
    init?(_ data: Data) {
        var fields: [Int] = []
        var index = data.startIndex
        guard data.starts(with: Data("P5".utf8)) else { return nil }
        index += 2
        while fields.count < 3 {
            while index < data.endIndex, data[index] <= 0x20 { index += 1 }
            var value = 0
            let first = index
            while index < data.endIndex, (0x30...0x39).contains(data[index]), index - first < 6 {
                value = value * 10 + Int(data[index]) - 0x30
                index += 1
            }
            guard index > first else { return nil }
            fields.append(value)
        }
        index += 1
        guard fields[2] == 255, fields[0] > 0, fields[1] > 0, data.endIndex - index >= fields[0] * fields[1] else {
            return nil
        }
        (bytes, width, height, start) = (data, fields[0], fields[1], index)
    }

    /// The places in `words` of those that cannot be seen.
    ///
    /// - Parameter pageHeight: in points.
    func unseen(_ words: [LayoutWord], pageHeight: Float) -> [Int] {
        guard pageHeight > 0 else { return [] }
        let scale = Float(height) / pageHeight
        return bytes.withUnsafeBytes { all in
            let pixels = all[(start - bytes.startIndex)...]
            return words.indices.filter { !isSeen(words[$0], scale, UnsafeRawBufferPointer(rebasing: pixels)) }
        }
    }

    private func isSeen(_ word: LayoutWord, _ scale: Float, _ pixels: UnsafeRawBufferPointer) -> Bool {
        let tall = word.bottom - word.top
        guard tall >= PageInk.leastPoints || word.right - word.left >= PageInk.leastPoints * 4 else { return false }
        func place(_ value: Float, _ bound: Int) -> Int { Int(min(max(value * scale, -1), Float(bound) + 1)) }
        let (left, right) = (place(word.left, width), place(word.right, width) + 1)
        let top = place(word.top + tall * PageInk.margin, height)
        let bottom = place(word.bottom - tall * PageInk.margin, height) + 1
        guard left < width, top < height, right > 0, bottom > 0 else { return false }
        var darkest = UInt8.max
        var lightest = UInt8.min
        for row in max(0, top)..<min(height, max(bottom, top + 1)) {
            for column in max(0, left)..<min(width, max(right, left + 1)) {
                let pixel = pixels[row * width + column]
                darkest = min(darkest, pixel)
                lightest = max(lightest, pixel)
            }
        }
        return lightest >= darkest && lightest - darkest >= PageInk.leastContrast
    }
}
