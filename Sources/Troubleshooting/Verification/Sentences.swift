extension NormalText {
    /// Splits normalised text at line ends, sentence ends, list marks, and the separators that fault tables put between
    /// remedies. A question keeps its mark: it is no statement.
    ///
    /// At the start of a line any list mark counts, at the start of a sentence also the first of a list, and within one
    /// only the mark that goes on with the list, since `terminal (2)` may be just that.
    static func sentences(_ scalars: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var sentences: [[Unicode.Scalar]] = []
        var current: [Unicode.Scalar] = []
        var isAtStart = true
        var isAtLineStart = true
        var lastMark: ListMark?
        var index = 0
        func close() {
            if !isAtStart { sentences.append(current) }
            current = []
            isAtStart = true
        }
        while index < scalars.count {
            if isAtStart || ListMark.canStand(in: scalars, at: index), let mark = ListMark(scalars, at: index),
                isAtLineStart || mark.goesOn(after: lastMark) || isAtStart && mark.opensList(in: scalars)
            {
                close()
                isAtLineStart = false
                if mark.number != nil { lastMark = mark }
                index = mark.end
            } else if isBreak(scalars, at: index) {
                if scalars[index] == "?" { current.append("?") }
                close()
                isAtLineStart = scalars[index] == "\n"
                index += 1
            } else {
                current.append(scalars[index])
                isAtStart = isAtStart && isBlank(scalars[index])
                isAtLineStart = isAtLineStart && isAtStart
                index += 1
            }
        }
        close()
        return sentences
    }

    private static func isBreak(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let next = index + 1 < scalars.count ? scalars[index + 1] : nil
        let previous = index > 0 ? scalars[index - 1] : nil
        switch scalars[index] {
        case "\n", "。", "!", "?", ";", "•": return true
        case ".":
            guard let next else { return true }
            if isHan(next) || next == "\n" { return true }
            guard isBlank(next), !endsAbbreviation(scalars[..<index]) else { return false }
            guard let following = scalars[index...].dropFirst().first(where: { !isBlank($0) }) else { return true }
            return !isDigit(following) || ListMark(scalars, at: index + 2) != nil
        case ":", "/":
            let isWithinName =
                previous.map { isASCIIAlphanumeric($0) } == true && next.map { isASCIIAlphanumeric($0) } == true
            return !isWithinName && !isRate(previous, next)
        default: return false
        }
    }

    private static let abbreviations: Set<String> = ["no", "nr", "par", "pr", "fig"]

    /// `No. CN69` is one name, not two sentences.
    private static func endsAbbreviation(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        let word = text.suffix(5).reversed().prefix(while: isASCIILetter).reversed()
        return abbreviations.contains(String(String.UnicodeScalarView(word)).lowercased())
    }

    /// `N·m/°`, `%/s`: a slash within a unit.
    private static func isRate(_ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
        guard let previous, let next else { return false }
        let isUnit: (Unicode.Scalar) -> Bool = { isASCIIAlphanumeric($0) || "°%Ωμ+-".unicodeScalars.contains($0) }
        return isUnit(previous) && isUnit(next)
    }
}
