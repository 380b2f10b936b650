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
        forEachRun(in: text) { run in
            switch run.kind {
            case .word:
                tokens.append(
                    SearchToken(term: purpose == .terms ? run.text : run.word, kind: .word, range: run.range))
            case .characters:
                for (left, right) in zip(run.scalars, run.scalars.dropFirst()) {
                    tokens.append(
                        SearchToken(
                            term: term(left.scalar, right.scalar), kind: .characters,
                            range: left.range.lowerBound..<right.range.upperBound))
                }
                if let last = run.scalars.last, purpose == .document || run.scalars.count == 1 {
                    tokens.append(SearchToken(term: term(last.scalar), kind: .characters, range: last.range))
                }
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
            forEachRun(in: bytes) { run in
                switch run.kind {
                case .word: atoms.append(SearchToken(term: run.word, kind: .word, range: run.range))
                case .characters:
                    atoms += run.scalars.map {
                        SearchToken(term: term($0.scalar), kind: .characters, range: $0.range)
                    }
                }
            }
            return atoms
        }
    }

    /// Lower case, compatibility forms folded, English inflections taken off.
    static func folded(_ word: String) -> String {
        let lowered =
            word.utf8.allSatisfy { $0 < 0x80 }
            ? word.lowercased() : word.precomposedStringWithCompatibilityMapping.lowercased()
        guard lowered.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else { return lowered }
        return WordStem.stem(lowered)
    }

    private static func term(_ first: Unicode.Scalar, _ second: Unicode.Scalar? = nil) -> String {
        var term = String(Character(HanFolding.folded(first)))
        if let second { term.unicodeScalars.append(HanFolding.folded(second)) }
        return term
    }

    private typealias Place = (scalar: Unicode.Scalar, range: Range<Int>)

    private struct Run {
        let kind: SearchToken.Kind
        var scalars: [Place] = []

        var range: Range<Int> { (scalars.first?.range.lowerBound ?? 0)..<(scalars.last?.range.upperBound ?? 0) }
        var text: String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars.map(\.scalar))
            return String(view)
        }
        var word: String { SearchTokens.folded(text) }
    }

    private static func forEachRun(in text: UnsafeBufferPointer<UInt8>, _ body: (Run) -> Void) {
        var run: Run?
        var decoder = UTF8Scanner(bytes: text)
        while let (scalar, range) = decoder.next() {
            let kind = kind(of: scalar, inside: run?.kind)
            if run?.kind != kind {
                if let run { body(run) }
                run = kind.map { Run(kind: $0) }
            }
            if kind != nil { run?.scalars.append((scalar, range)) }
        }
        if let run { body(run) }
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
