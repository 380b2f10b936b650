import Foundation

/// Gives traditional and simplified forms of a Chinese character one form, for search keys only: what people read is
/// never changed.
///
/// Traditional folds to simplified, which is unique (乾, 幹 and 干 become 干), by the table of the ICU transliterator
/// `Hant-Hans` that Foundation carries, one character at a time and once a process.
enum HanFolding {
    private static let first: UInt32 = 0x3400
    private static let last: UInt32 = 0x9FFF

    private static let table: [UInt16] = {
        let scalars = (first...last).map { Unicode.Scalar($0) }
        let lines = scalars.map { $0.map { String(Character($0)) } ?? "" }
        let folded = lines.joined(separator: "\n").applyingTransform(StringTransform("Hant-Hans"), reverse: false)
        let results = folded?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
        return lines.indices.map { index in
            let original = UInt16(truncatingIfNeeded: first + UInt32(index))
            guard results.count == lines.count, let scalar = results[index].unicodeScalars.first,
                results[index].unicodeScalars.count == 1
            else { return original }
            return UInt16(exactly: scalar.value) ?? original
        }
    }()

    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (first...last).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(table[Int(scalar.value - first)]) ?? scalar
    }
}
