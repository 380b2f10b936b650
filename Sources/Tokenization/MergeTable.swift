import GGUF

/// What becomes of two tokens side by side: the learned merges of byte pair encoding.
struct MergeTable: Sendable {
    struct Merge: Sendable {
        /// Position in the list of merges; the lowest is done first.
        let rank: UInt32
        let result: Int32
    }

    private let merges: [UInt64: Merge]
    /// The token of each single byte.
    let byteTokens: [Int32]

    init(_ file: GGUFFile, _ vocabulary: Vocabulary) throws(GGUFError) {
        var byteTokens: [Int32] = []
        for byte in 0...UInt8.max {
            guard let id = vocabulary.normal.find([byte]) else {
                throw file.badField(Key.tokens, "has no token for the byte \(byte); byte-level BPE needs all 256")
            }
            byteTokens.append(id)
        }
        self.byteTokens = byteTokens

        let lines = try file.stringArray(Key.merges)
        var merges: [UInt64: Merge] = [:]
        merges.reserveCapacity(lines.count)
        var joined: [UInt8] = []
        for (rank, line) in lines.enumerated() {
            joined.removeAll(keepingCapacity: true)
            // A space inside a token is written as a letter, so the only one is the separator.
            guard let separator = line.utf8.firstIndex(of: UInt8(ascii: " ")),
                ByteAlphabet.append(line[..<separator], to: &joined)
            else { throw Self.badLine(file, rank, line) }
            let middle = joined.count
            guard ByteAlphabet.append(line[line.utf8.index(after: separator)...], to: &joined),
                let left = vocabulary.normal.find(joined[..<middle]),
                let right = vocabulary.normal.find(joined[middle...]),
                let result = vocabulary.normal.find(joined[...])
            else { throw Self.badLine(file, rank, line) }
            let pair = Self.pair(left, right)
            if merges[pair] == nil { merges[pair] = Merge(rank: UInt32(rank), result: result) }
        }
        self.merges = merges
    }

    subscript(left: Int32, right: Int32) -> Merge? { merges[Self.pair(left, right)] }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private static func badLine(_ file: GGUFFile, _ rank: Int, _ line: String) -> GGUFError {
        file.badField(
            Key.merges, "has \"\(line)\" at \(rank); expected two tokens of the vocabulary that join to a third")
    }
}
