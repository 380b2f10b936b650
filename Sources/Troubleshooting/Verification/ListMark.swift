/// The mark before an item of a list: `1. `, `2)`, `(3)`, `[4]`, `5、`, `a)`, `B. `, `Step 6: `, `步驟7:`, `⑧`, `- `.
///
/// Its number is no fact: it must not vouch for a number in a step.
struct ListMark {
    /// Index after the mark.
    let end: Int
    /// 1 for `1` and `a`; nil for a dash.
    let number: Int?
    /// How the mark ends; a circled number counts as one style.
    private let style: Unicode.Scalar

    private static let labels = ["Step ", "STEP ", "step ", "步驟"].map { Array($0.unicodeScalars) }
    private static let brackets: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "【": "】"]

    /// - Returns: nil when no mark starts at `start` of normalised text.
    init?(_ scalars: [Unicode.Scalar], at start: Int) {
        func scalar(_ at: Int) -> Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
        if let first = scalar(start), first == "-" || first == "*" {
            // `- 5 mm` is a minus, `20 - 30` a range.
            guard scalar(start + 1).map(NormalText.isBlank) == true,
                scalars[(start + 2)...].first(where: { !NormalText.isBlank($0) }).map(NormalText.isDigit) != true
            else { return nil }
            (end, number, style) = (start + 2, nil, first)
            return
        }
        if let first = scalar(start), NormalText.isCircled(first) {
            guard !Self.isNamed(scalars, after: start) else { return nil }
            (end, number, style) = (start + 1, Self.number(ofCircled: first), "①")
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
        (end, number, style) = (body.end + 1, body.number, mark)
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

    private static func number(ofCircled scalar: Unicode.Scalar) -> Int? {
        if let value = scalar.properties.numericValue { return Int(value) }
        return Int(scalar.value - 0x249C) % 26 + 1
    }

    /// `① and ②`, `③、④`: what follows takes the circled number for a part's, as in a drawing.
    private static func isNamed(_ scalars: [Unicode.Scalar], after start: Int) -> Bool {
        let rest = scalars[(start + 1)...].drop(while: NormalText.isBlank)
        guard let next = rest.first else { return true }
        let words = ["and ", "or ", "to "].map(\.unicodeScalars)
        return ",、-~/和與及或至到".unicodeScalars.contains(next) || words.contains { rest.starts(with: $0) }
    }

    /// Whether a mark may start at `index` in the middle of a sentence: not in `TB5-2.` nor `11.2.`.
    static func canStand(in scalars: [Unicode.Scalar], at index: Int) -> Bool {
        guard index > 0, brackets[scalars[index]] == nil, !NormalText.isCircled(scalars[index]) else { return true }
        let previous = scalars[index - 1]
        return NormalText.isBlank(previous) || NormalText.isHan(previous) || ",)]】".unicodeScalars.contains(previous)
    }

    /// Whether this mark counts where neither a line nor a list item begins: `Set P1 to: 5. Press S1` has no list.
    func goesOn(after last: ListMark?) -> Bool {
        guard let number else { return true }
        return last?.style == style && last?.number == number - 1
    }

    /// Whether this is the first mark of a list that has a second one.
    func opensList(in scalars: [Unicode.Scalar]) -> Bool {
        number == 1
            && scalars.indices[end...].contains { index in
                guard Self.canStand(in: scalars, at: index), let next = ListMark(scalars, at: index) else {
                    return false
                }
                return next.number == 2 && next.style == style
            }
    }
}
