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
}

/// Cuts text into search terms: words of Latin scripts and character pairs of Chinese.
///
/// Chinese has no blanks between words; on short texts pairs find as well as a dictionary's words do and need none.
enum SearchTokens {
    enum Purpose { case document, query }

    /// - Parameter purpose: a document also gets the last character of each Chinese run as a term of its own, so that
    ///   a prefix query for one character finds every place of it; a query gets one only for a run of one.
    static func tokens(in text: UnsafeBufferPointer<UInt8>, for purpose: Purpose) -> [SearchToken] {
        var tokens: [SearchToken] = []
        var run = Run()
        var decoder = UTF8Scanner(bytes: text)
        while let (scalar, range) = decoder.next() {
            let kind: SearchToken.Kind? =
                scalar.isCJK ? .characters : isWordScalar(scalar, inside: run.kind == .word) ? .word : nil
            if run.kind != kind {
                run.emit(into: &tokens, for: purpose)
                run = Run(kind: kind)
            }
            if kind != nil { run.append(scalar, range) }
        }
        run.emit(into: &tokens, for: purpose)
        return tokens
    }

    static func tokens(in text: String, for purpose: Purpose) -> [SearchToken] {
        var text = text
        return text.withUTF8 { tokens(in: $0, for: purpose) }
    }

    /// Lower case, compatibility forms folded, English plural endings taken off (after Harman's S stemmer, 1991).
    static func folded(_ word: String) -> String {
        let lowered = word.precomposedStringWithCompatibilityMapping.lowercased()
        guard lowered.utf8.count > 3, lowered.allSatisfy({ $0.isASCII && $0.isLetter }), lowered.hasSuffix("s"),
            !lowered.hasSuffix("ss"), !lowered.hasSuffix("us")
        else { return lowered }
        if lowered.hasSuffix("ies"), lowered.count > 4 { return lowered.dropLast(3) + "y" }
        return String(lowered.dropLast())
    }

    private static func isWordScalar(_ scalar: Unicode.Scalar, inside: Bool) -> Bool {
        if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { return true }
        // Combining marks stay with their letter.
        return inside && scalar.properties.canonicalCombiningClass != .notReordered
    }

    private struct Run {
        var kind: SearchToken.Kind?
        var scalars: [(scalar: Unicode.Scalar, range: Range<Int>)] = []

        mutating func append(_ scalar: Unicode.Scalar, _ range: Range<Int>) { scalars.append((scalar, range)) }

        func emit(into tokens: inout [SearchToken], for purpose: Purpose) {
            guard let first = scalars.first, let last = scalars.last, let kind else { return }
            switch kind {
            case .word:
                tokens.append(token(scalars[...], first.range.lowerBound..<last.range.upperBound))
            case .characters:
                for index in scalars.indices.dropLast() {
                    let end = scalars[index + 1].range.upperBound
                    tokens.append(token(scalars[index...(index + 1)], scalars[index].range.lowerBound..<end))
                }
                if purpose == .document || scalars.count == 1 {
                    tokens.append(token(scalars.suffix(1), last.range))
                }
            }
        }

        private func token(
            _ part: ArraySlice<(scalar: Unicode.Scalar, range: Range<Int>)>, _ range: Range<Int>
        ) -> SearchToken {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: part.map(\.scalar))
            return SearchToken(term: SearchTokens.folded(String(view)), kind: kind ?? .word, range: range)
        }
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
