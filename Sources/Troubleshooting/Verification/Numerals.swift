/// Numbers written as words.
enum Numerals {
    private static let small: [String: Int] = {
        let words = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        return Dictionary(uniqueKeysWithValues: words.enumerated().map { ($0.element, $0.offset) })
    }()

    private static let tens = [
        "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]

    /// Below a million: `twenty-five`, `two hundred and ten`.
    /// - Parameter words: lower case, hyphens already taken apart.
    /// - Returns: nil when the words together are no number.
    static func english(_ words: [String]) -> Int? {
        var thousands = 0
        var rest: Int?
        // After `hundred` and `thousand`.
        var mayJoin = false
        // At the start and after `and`.
        var isOpen = true
        for word in words {
            guard word != "and" else {
                guard mayJoin else { return nil }
                (mayJoin, isOpen) = (false, true)
                continue
            }
            let below = rest.map { $0 % 100 } ?? 0
            (mayJoin, isOpen) = (false, false)
            if let value = small[word] {
                guard
                    rest == nil
                        || value > 0 && (below == 0 && rest != 0 || below >= 20 && below % 10 == 0 && value < 10)
                else { return nil }
                rest = (rest ?? 0) + value
            } else if let value = tens[word] {
                guard rest == nil || below == 0 && rest != 0 else { return nil }
                rest = (rest ?? 0) + value
            } else if word == "hundred" {
                guard (1...9).contains(rest ?? 1) else { return nil }
                rest = (rest ?? 1) * 100
                mayJoin = true
            } else if word == "thousand", thousands == 0, rest != 0 {
                thousands = (rest ?? 1) * 1_000
                rest = nil
                mayJoin = true
            } else {
                return nil
            }
        }
        return isOpen ? nil : thousands + (rest ?? 0)
    }

    private static let chineseDigits: [Unicode.Scalar: Int] = [
        "零": 0, "〇": 0, "一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]
    private static let chinesePlaces: [Unicode.Scalar: Int] = ["十": 10, "百": 100, "千": 1_000]

    static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        chineseDigits[scalar] != nil || chinesePlaces[scalar] != nil || scalar == "萬"
    }

    /// The Chinese number at `start`, below ten million, and its end; nil where characters of numbers make none, as in
    /// 二三次, 千萬 or 萬一.
    static func chinese(_ scalars: [Unicode.Scalar], at start: Int) -> (value: Int, end: Int)? {
        let end = scalars[start...].firstIndex { !isChinese($0) } ?? scalars.count
        var total = 0
        var section = 0
        var digit: Int?
        var lastPlace = 10_000
        for index in start..<end {
            let scalar = scalars[index]
            if let value = chineseDigits[scalar] {
                // 一百五 is said for 150, and 零五 is no number that is written 5.
                let isAmbiguous = index == end - 1 && index > start && digit == nil && scalars[index - 1] != "十"
                guard digit == nil || digit == 0 && total + section > 0, !isAmbiguous else { return nil }
                digit = value
            } else if let place = chinesePlaces[scalar] {
                // 十五 is 15, and 百 alone is 100; 千萬 and 百一 are words.
                guard place < lastPlace,
                    let count = digit ?? (index == start && (place == 10 || end == start + 1) ? 1 : nil)
                else { return nil }
                section += count * place
                lastPlace = place
                digit = nil
            } else {
                section += digit ?? 0
                guard total == 0, section > 0 else { return nil }
                total = section * 10_000
                (section, digit, lastPlace) = (0, nil, 10_000)
            }
        }
        return end > start ? (total + section + (digit ?? 0), end) : nil
    }
}
