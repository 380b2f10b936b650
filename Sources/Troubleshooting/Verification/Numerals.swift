/// Small numbers written as words.
enum Numerals {
    private static let englishWords = [
        "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11,
        "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60,
    ]

    /// `one` is more often a pronoun than a number, so it stays a word.
    static func english(_ word: String) -> Int? { englishWords[word] }

    private static let chineseDigits: [Unicode.Scalar: Int] = [
        "零": 0, "一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]

    /// A Chinese number below one thousand at `start`, and its end.
    static func chinese(_ scalars: [Unicode.Scalar], at start: Int) -> (value: Int, end: Int)? {
        var index = start
        var total = 0
        var digit: Int?
        while index < scalars.count, index - start < 6 {
            if let value = chineseDigits[scalars[index]] {
                digit = value
            } else if scalars[index] == "十" || scalars[index] == "百" {
                total += (digit ?? 1) * (scalars[index] == "十" ? 10 : 100)
                digit = nil
            } else {
                break
            }
            index += 1
        }
        return index > start ? (total + (digit ?? 0), index) : nil
    }
}
