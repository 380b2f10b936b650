/// Where the words of a text were met last, and the tokens that they became: words come again, and merging them is dear.
///
/// Each word has one place, so the memory is fixed; a word takes the place of another that was there. It keeps positions
/// in the text and in the tokens, not copies.
struct RecentWords {
    /// Where the tokens of the word are; `nil` if it was not met, or driven out.
    struct Finding {
        let place: Int
        let tokens: Range<Int>?
    }

    private struct Entry {
        var start = 0
        var firstToken = 0
        var length: Int32 = 0
        var tokenCount: Int32 = 0
    }

    private static let places = 2048
    private var entries = [Entry](repeating: Entry(), count: places)

    /// - Parameter word: where the word is in the text; at most `Int32.max` bytes.
    func find(_ word: Range<Int>, in text: [UInt8]) -> Finding {
        var hash: UInt32 = 0
        for position in word { hash = (hash ^ UInt32(text[position])) &* 0x0100_0193 }
        let place = Int((hash ^ hash >> 16) & UInt32(Self.places - 1))
        let entry = entries[place]
        guard entry.length == Int32(word.count), text[entry.start..<entry.start + word.count] == text[word] else {
            return Finding(place: place, tokens: nil)
        }
        return Finding(place: place, tokens: entry.firstToken..<entry.firstToken + Int(entry.tokenCount))
    }

    mutating func remember(_ word: Range<Int>, at place: Int, tokens: Range<Int>) {
        entries[place] = Entry(
            start: word.lowerBound, firstToken: tokens.lowerBound, length: Int32(word.count),
            tokenCount: Int32(tokens.count))
    }
}
