import GRDB

/// The full-text tokenizer of the library: ``SearchTokens`` with exact offsets into the original text.
final class BigramTokenizer: FTS5CustomTokenizer {
    static let name = "andon_bigram"

    init(db: Database, arguments: [String]) throws {}

    func tokenize(
        context: UnsafeMutableRawPointer?, tokenization: FTS5Tokenization, pText: UnsafePointer<CChar>?, nText: CInt,
        tokenCallback: @escaping FTS5TokenCallback
    ) -> CInt {
        guard let pText, nText > 0 else { return 0 }
        // SQLite owns the text and keeps it for the length of this call; CChar and UInt8 share their layout.
        let tokens = pText.withMemoryRebound(to: UInt8.self, capacity: Int(nText)) { start in
            SearchTokens.tokens(
                in: UnsafeBufferPointer(start: start, count: Int(nText)),
                for: tokenization.contains(.query) ? .terms : .document)
        }
        for token in tokens {
            var term = token.term
            let result = term.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    tokenCallback(
                        context, 0, characters.baseAddress, CInt(characters.count), CInt(token.range.lowerBound),
                        CInt(token.range.upperBound))
                }
            }
            // Anything but SQLITE_OK tells to stop, and is handed back.
            guard result == 0 else { return result }
        }
        return 0
    }
}
