import GGUF

/// What becomes of two tokens side by side: the learned merges of byte pair encoding.
///
/// A hash table with open addressing, keyed by both tokens in one word: encoding asks it several times a byte, and most
/// answers are no.
struct MergeTable: Sendable {
    struct Merge: Sendable {
        /// Position in the list of merges; the lowest is done first.
        let rank: UInt32
        let result: Int32
    }

    private struct Slot {
        var pair: UInt64
        var merge: Merge

        /// No pair has two tokens of -1.
        static let empty = Slot(pair: .max, merge: Merge(rank: 0, result: -1))
    }

    /// A power of two long and at most half full.
    private let slots: [Slot]
    /// Hashes are drawn anew in each process, so that no file can be made whose pairs all collide.
    private let multiplier: UInt64
    private let shift: UInt64
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
        multiplier = UInt64.random(in: 0 ... .max) | 1
        let bits = max(4, Int.bitWidth - (2 * lines.count).leadingZeroBitCount)
        shift = UInt64(64 - bits)
        var slots = [Slot](repeating: .empty, count: 1 << bits)
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
            let place = Self.place(of: pair, in: slots, multiplier, shift)
            // Of equal pairs the first counts.
            guard slots[place].pair != pair else { continue }
            slots[place] = Slot(pair: pair, merge: Merge(rank: UInt32(rank), result: result))
        }
        self.slots = slots
    }

    subscript(left: Int32, right: Int32) -> Merge? {
        let pair = Self.pair(left, right)
        let slot = slots[Self.place(of: pair, in: slots, multiplier, shift)]
        return slot.pair == pair ? slot.merge : nil
    }

    /// The place of the slot that holds the pair, or of the empty one where it belongs.
    private static func place(of pair: UInt64, in slots: [Slot], _ multiplier: UInt64, _ shift: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: (pair &* multiplier) >> shift)
        while slots[place].pair != pair, slots[place].pair != Slot.empty.pair {
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private static func badLine(_ file: GGUFFile, _ rank: Int, _ line: String) -> GGUFError {
        file.badField(
            Key.merges, "has \"\(line)\" at \(rank); expected two tokens of the vocabulary that join to a third")
    }
}
