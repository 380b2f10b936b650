import Foundation

/// A searchable term with the UTF-8 bytes of the text that it stands for.
struct SearchToken: Hashable {
    enum Kind: Hashable {
        case word
        /// Two neighbouring Chinese characters, or one where it stands alone or last.
        case characters
    }

    let term: String
    let kind: Kind
    let range: Range<Int>

    /// A Latin letter alone, which says nothing.
    var isLetter: Bool { term.utf8.count == 1 && term.utf8.allSatisfy { (0x61...0x7A).contains($0) } }
}

/// Cuts text into search terms: words of Latin scripts and character pairs of Chinese.
///
/// Chinese has no blanks between words; on short texts pairs find as well as a dictionary's words do and need none.
enum SearchTokens {
    enum Purpose {
        case document, query
        /// A query of terms that were made before: folding them again would take the ending off `nois` (noise) and the like.
        case terms
    }

    /// - Parameter purpose: a document also gets the last character of each Chinese run as a term of its own, so that
    ///   a prefix query for one character finds every place of it; a query gets one only for a run of one.
    static func tokens(in text: UnsafeBufferPointer<UInt8>, for purpose: Purpose) -> [SearchToken] {
        var tokens: [SearchToken] = []
        tokens.reserveCapacity(text.count / 3)
        forEachPiece(in: text) { piece, range in
            switch piece {
            case .word:
                let word = String(decoding: text[range], as: UTF8.self)
                let term = purpose == .terms ? word : folded(word)
                tokens.append(SearchToken(term: term, kind: .word, range: range))
            case .pair(let first, let second):
                tokens.append(SearchToken(term: term(first, second), kind: .characters, range: range))
            case .last(let scalar, let isAlone):
                guard purpose == .document || isAlone else { return }
                tokens.append(SearchToken(term: term(scalar), kind: .characters, range: range))
            }
        }
        return tokens
    }

    static func tokens(in text: String, for purpose: Purpose) -> [SearchToken] {
        var text = text
        return text.withUTF8 { tokens(in: $0, for: purpose) }
    }

    /// Words and single Chinese characters, folded: what phrases of a glossary are compared by.
    static func atoms(in text: String) -> [SearchToken] {
        var text = text
        return text.withUTF8 { bytes in
            var atoms: [SearchToken] = []
            forEachPiece(in: bytes) { piece, range in
                switch piece {
                case .word:
                    let word = String(decoding: bytes[range], as: UTF8.self)
                    atoms.append(SearchToken(term: folded(word), kind: .word, range: range))
                case .pair(let first, let second):
                    let end = range.upperBound - second.utf8.count
                    atoms.append(SearchToken(term: term(first), kind: .characters, range: range.lowerBound..<end))
                case .last(let scalar, _):
                    atoms.append(SearchToken(term: term(scalar), kind: .characters, range: range))
                }
            }
            return atoms
        }
    }

    /// Lower case, compatibility forms folded, English inflections taken off.
    static func folded(_ word: String) -> String {
        let isASCII = word.utf8.allSatisfy { $0 < 0x80 }
        let lowered = isASCII ? word.lowercased() : word.precomposedStringWithCompatibilityMapping.lowercased()
        guard lowered.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else { return lowered }
        return WordStem.stem(lowered)
    }

    private static func term(_ first: Unicode.Scalar, _ second: Unicode.Scalar? = nil) -> String {
        var term = String(Character(HanFolding.folded(first)))
        if let second { term.unicodeScalars.append(HanFolding.folded(second)) }
        return term
    }

    /// What a text is cut into, before folding.
    enum Piece {
        case word
        /// Two characters of a Chinese run that follow each other.
        case pair(Unicode.Scalar, Unicode.Scalar)
        /// The last character of a Chinese run, which may be its only one.
        case last(Unicode.Scalar, isAlone: Bool)
    }

    /// Hands out the pieces of a text with their bytes, in order.
    static func forEachPiece(in text: UnsafeBufferPointer<UInt8>, _ body: (Piece, Range<Int>) -> Void) {
        var kind: SearchToken.Kind?
        var start = 0
        var previous: (scalar: Unicode.Scalar, range: Range<Int>)?
        var isAlone = true
        func end(at position: Int) {
            if kind == .word { body(.word, start..<position) }
            if let previous { body(.last(previous.scalar, isAlone: isAlone), previous.range) }
            previous = nil
        }
        var decoder = UTF8Scanner(bytes: text)
        while let (scalar, range) = decoder.next() {
            let next = self.kind(of: scalar, inside: kind)
            // Bytes that are no UTF-8 part what they stand between.
            if next != kind || range.lowerBound != decoder.lastEnd {
                end(at: decoder.lastEnd)
                (kind, start, isAlone) = (next, range.lowerBound, true)
            }
            decoder.lastEnd = range.upperBound
            guard next == .characters else { continue }
            if let previous {
                body(.pair(previous.scalar, scalar), previous.range.lowerBound..<range.upperBound)
                isAlone = false
            }
            previous = (scalar, range)
        }
        end(at: decoder.lastEnd)
    }

    private static func kind(of scalar: Unicode.Scalar, inside run: SearchToken.Kind?) -> SearchToken.Kind? {
        if scalar.value < 0x80 {
            let byte = UInt8(scalar.value)
            let isWord =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isWord ? .word : nil
        }
        if scalar.isCJK { return .characters }
        if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { return .word }
        // Combining marks stay with their letter.
        return run == .word && scalar.properties.canonicalCombiningClass != .notReordered ? .word : nil
    }
}

/// Walks over the scalars of UTF-8 with their byte ranges; invalid bytes are skipped one by one.
private struct UTF8Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where the scalar before this one ends, for the caller to keep.
    var lastEnd = 0
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func next() -> (scalar: Unicode.Scalar, range: Range<Int>)? {
        while position < bytes.count {
            let start = position
            let lead = bytes[start]
            let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            position += 1
            if length == 1 { return (Unicode.Scalar(lead), start..<position) }
            guard lead >= 0xC2, lead < 0xF5, start + length <= bytes.count else { continue }
            var value = UInt32(lead) & (0x7F >> UInt32(length))
            var isValid = true
            for offset in 1..<length {
                isValid = isValid && bytes[start + offset] & 0xC0 == 0x80
                value = value << 6 | UInt32(bytes[start + offset] & 0x3F)
            }
            guard isValid, let scalar = Unicode.Scalar(value) else { continue }
            position = start + length
            return (scalar, start..<position)
        }
        return nil
    }
}
