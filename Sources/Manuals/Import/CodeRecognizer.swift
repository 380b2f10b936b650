import Domain

/// Finds fault codes in what a manual prints.
enum CodeRecognizer {
    private static let longestCode = 20
    private static let widestRange = 100

    /// Words that announce a code in running text or in a heading.
    static let announcingWords: Set<String> = [
        "code", "codes", "fault", "faults", "alarm", "alarms", "error", "errors", "err", "trip",
        "代碼", "代號", "故障", "警報", "異常", "錯誤", "故障碼", "故障代碼", "異常碼", "異常代碼", "警報代碼", "錯誤碼", "錯誤代碼",
    ]

    /// The codes of a table cell: `E-07`, `E-07 / E-08`, `E.OC1/2`, `E-10 to E-12`, `F07801–F07805`.
    static func codes(inCell cell: String) -> [FaultCode] {
        var found: [FaultCode] = []
        var stem: (prefix: String, width: Int)?
        for var piece in pieces(of: HiddenText.unmarked(cell)) {
            let ending = numbered(piece)
            if let stem, let ending, ending.prefix.isEmpty, ending.width == stem.width, !stem.prefix.isEmpty {
                piece = stem.prefix + piece
            } else {
                stem = ending.map { ($0.prefix, $0.width) }
            }
            for code in range(piece) ?? [piece] {
                guard let code = FaultCode(code), isPlausible(code), !found.contains(code) else { continue }
                found.append(code)
            }
        }
        return found
    }

    /// A code that a heading begins with and the fault's name after it: `F004 Hydraulic pressure low`.
    struct HeadedCode {
        let code: FaultCode
        let title: String
        /// A word such as `Alarm` stands before it or in an outer heading; else it may be a part number.
        let isAnnounced: Bool
    }

    /// - Parameter outerAnnounces: an outer heading speaks of codes; then `2012 Spindle overload` counts too.
    static func code(inHeading heading: String, outerAnnounces: Bool) -> HeadedCode? {
        var rest = Substring(heading.trimmed)
        var isAnnounced = false
        if let word = announcingWords.filter({ rest.lowercased().hasPrefix($0) }).max(by: { $0.count < $1.count }) {
            let after = rest.dropFirst(word.count)
            if let next = after.first, word.containsCJK || !next.isLetter {
                isAnnounced = true
                rest = after.drop { " :：#.".contains($0) }
            }
        }
        let token = rest.prefix(while: isCodeCharacter)
        guard let code = FaultCode(String(token).trimmingSeparators), isPlausible(code),
            code.written.contains(where: \.isNumber)
        else { return nil }
        let isBareNumber = code.written.allSatisfy(\.isNumber) && code.written.count >= 2
        guard hasCodeShape(code.written) || isAnnounced || (outerAnnounces && isBareNumber) else { return nil }
        let title = rest.dropFirst(token.count).drop { " \t:：-–—.、|".contains($0) }
        return HeadedCode(code: code, title: title.trimmed, isAnnounced: isAnnounced || outerAnnounces)
    }

    /// True when a heading speaks of codes, so that bare codes below it are meant as such.
    static func announcesCodes(_ heading: String) -> Bool {
        let lowered = heading.lowercased()
        return announcingWords.contains { word in
            word.containsCJK ? lowered.contains(word) : lowered.split { !$0.isLetter }.contains { $0 == word }
        }
    }

    /// Normal forms of everything in `text` that is written like a code, for finding sections that name one.
    static func mentions(in text: String) -> Set<String> {
        var found: Set<String> = []
        for token in text.split(whereSeparator: { !isCodeCharacter($0) }) {
            let written = String(token).trimmingSeparators
            guard hasCodeShape(written), let code = FaultCode(written), isPlausible(code) else { continue }
            found.insert(code.normalized)
        }
        return found
    }

    /// Letters, perhaps a separator, then digits: `F004`, `E-07`, `AL.12`, `SP5012A`.
    static func hasCodeShape(_ written: String) -> Bool {
        let letters = written.prefix { $0.isASCII && $0.isLetter }
        guard (1...6).contains(letters.count) else { return false }
        let digits = written.dropFirst(letters.count).drop { "-_.".contains($0) }
        return digits.first?.isNumber ?? false
    }

    static func isCodeCharacter(_ character: Character) -> Bool {
        (character.isASCII && (character.isLetter || character.isNumber)) || "-_.".contains(character)
            || "□*＊".contains(character)
    }

    private static func isPlausible(_ code: FaultCode) -> Bool {
        guard code.normalized.count <= longestCode else { return false }
        if code.normalized.contains(where: \.isNumber) { return true }
        // Letters alone are a code only in the short capital form of displays: OL, GFT, OHF.
        return code.normalized.count <= 5 && code.written.allSatisfy { !$0.isLowercase && !$0.isCJK }
    }

    private static func pieces(of cell: String) -> [String] {
        var outside = ""
        var depth = 0
        for character in cell {
            switch character {
            case "(", "（", "[": depth += 1
            case ")", "）", "]": depth = max(0, depth - 1)
            default: if depth == 0 { outside.append(character) }
            }
        }
        for word in [" and ", " or ", " & "] where outside.holds(word) { outside = outside.replacing(word, with: "\n") }
        return outside.split { "\n,，、;；/及和與或".contains($0) }.map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// Spells out `E-10 to E-12`; nil when the piece is no range of one prefix and one width.
    private static func range(_ piece: String) -> [String]? {
        for separator in [" to ", "～", "~", "–", "—", "至", "…", "...", "-"] {
            let ends = piece.split(separator: separator).map { String($0).trimmed }
            guard ends.count == 2, let first = numbered(ends[0]), let last = numbered(ends[1]),
                first.prefix == last.prefix || (last.prefix.isEmpty && separator != "-"),
                // A hyphen parts two whole codes only: 12-15 and F30-1 are codes themselves.
                separator != "-" || !first.prefix.isEmpty, first.number < last.number,
                last.number - first.number <= widestRange
            else { continue }
            return (first.number...last.number).map { number in
                let digits = String(number)
                return first.prefix + String(repeating: "0", count: max(0, first.width - digits.count)) + digits
            }
        }
        return nil
    }

    private static func numbered(_ code: String) -> (prefix: String, number: Int, width: Int)? {
        let digits = String(code.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
        guard let number = Int(digits) else { return nil }
        return (String(code.dropLast(digits.count)), number, digits.count)
    }
}

extension String {
    /// Without separators at either end: a code at the end of a sentence keeps no full stop.
    var trimmingSeparators: String {
        var text = Substring(self)
        while let last = text.last, "-_.".contains(last) { text.removeLast() }
        while let first = text.first, "-_.".contains(first) { text.removeFirst() }
        return String(text)
    }
}
