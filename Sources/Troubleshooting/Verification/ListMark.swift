/// The mark before an item of a list: `1. `, `2)`, `(3)`, `[4]`, `5、`, `a)`, `B. `, `Step 6: `, `步驟7:`, `- `.
///
/// Its number is no fact: it must not vouch for a number in a step.
struct ListMark {
    /// Index after the mark.
    let end: Int
    /// 1 for `1` and `a`; nil for a dash.
    let number: Int?

    private static let labels = ["Step ", "STEP ", "step ", "步驟"].map { Array($0.unicodeScalars) }
    private static let brackets: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "【": "】"]

    /// - Returns: nil when no mark starts at `start` of normalised text.
    init?(_ scalars: [Unicode.Scalar], at start: Int) {
        func scalar(_ at: Int) -> Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
        if let first = scalar(start), first == "-" || first == "*" {
            guard scalar(start + 1).map(NormalText.isBlank) == true else { return nil }
            (end, number) = (start + 2, nil)
            return
        }
        var index = start
        let label = Self.labels.first { scalars[start...].starts(with: $0) }
        index += label?.count ?? 0
        let closing = label == nil ? scalar(start).flatMap { Self.brackets[$0] } : nil
        if closing != nil { index += 1 }
        guard let body = Self.body(scalars, at: index), let mark = scalar(body.end) else { return nil }
        if let closing {
            guard mark == closing else { return nil }
        } else if label != nil {
            guard mark == ":" || mark == "." else { return nil }
        } else if body.isLetter {
            guard mark == ")" || mark == "." && scalar(body.end + 1).map(NormalText.isBlank) == true else { return nil }
        } else {
            guard mark == "." || mark == ")" || mark == "、" || mark == ":" else { return nil }
        }
        guard let after = scalar(body.end + 1), after != "\n", !NormalText.isDigit(after) else { return nil }
        (end, number) = (body.end + 1, body.number)
    }

    /// One or two digits, or one letter.
    private static func body(
        _ scalars: [Unicode.Scalar], at start: Int
    ) -> (number: Int, end: Int, isLetter: Bool)? {
        let digits = scalars[min(start, scalars.count)...].prefix(3).prefix(while: NormalText.isDigit)
        if (1...2).contains(digits.count), let number = Int(String(String.UnicodeScalarView(digits))) {
            return (number, start + digits.count, false)
        }
        guard digits.isEmpty, start < scalars.count, NormalText.isASCIILetter(scalars[start]) else { return nil }
        return (Int(scalars[start].value & 0x1F), start + 1, true)
    }

    /// Whether a mark may start at `index` in the middle of a sentence: not in `TB5-2.` nor `11.2.`.
    static func canStand(in scalars: [Unicode.Scalar], at index: Int) -> Bool {
        guard index > 0, brackets[scalars[index]] == nil else { return true }
        let previous = scalars[index - 1]
        return NormalText.isBlank(previous) || NormalText.isHan(previous) || ",)]】".unicodeScalars.contains(previous)
    }

    /// Whether this mark, in the middle of a sentence, goes on with the list whose last mark had the number `last`.
    func continues(_ last: Int, in scalars: [Unicode.Scalar], at start: Int) -> Bool {
        guard let number else {
            // `20 - 30` is a range.
            let before = scalars[..<start].last { !NormalText.isBlank($0) }
            let after = scalars[end...].first { !NormalText.isBlank($0) }
            return !(before.map(NormalText.isDigit) == true && after.map(NormalText.isDigit) == true)
        }
        return number == last + 1 && last > 0
    }
}
