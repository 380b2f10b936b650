import Domain

/// A word of a question or log line that may be a code, with what speaks for it.
struct CodeWord {
    let written: String
    /// The code as it would be looked up.
    let code: FaultCode
    /// Its place among the words of the line, from 0.
    let position: Int
    /// A word such as `Alarm` stands before it.
    let isAnnounced: Bool
    /// A number with a unit behind it: "alarm after 30 minutes", "shows 12 bar".
    let isMeasured: Bool

    /// Letters and then a digit.
    var hasCodeShape: Bool { CodeRecognizer.hasCodeShape(written) }
    /// A digit makes it possible; letters alone are a word, unless a manual knows them as a code.
    var mayBeCode: Bool { written.contains(where: \.isNumber) && code.normalized.count <= Retriever.longestCode }
    /// Has the form of a code, not only of a number or a word.
    var isUnmistakable: Bool {
        hasCodeShape || written.contains("_") || (written.count >= 2 && written.allSatisfy(\.isUppercase))
    }
    /// The letters that it begins with, upper case.
    var letters: String { String(code.normalized.prefix { $0.isASCII && $0.isLetter }) }

    /// The whole word, then its parts that have the shape of a code, the longest first: `P101` of `P101_HYD_PRESS_LOW`.
    var readings: [FaultCode] {
        let parts = written.split { "-_.".contains($0) }.map(String.init)
        guard (2...12).contains(parts.count) else { return [code] }
        var readings = [code]
        for length in [2, 1] where length < parts.count {
            for start in 0...(parts.count - length) {
                let reading = parts[start..<(start + length)].joined(separator: "-")
                if CodeRecognizer.hasCodeShape(reading), let code = FaultCode(reading) { readings.append(code) }
            }
        }
        return readings
    }

    /// The words of a line, those made of two ("E 07") before their parts.
    static func words(of line: String, most: Int) -> [CodeWord] {
        let tokens = tokens(of: line).prefix(most)
        var words: [CodeWord] = []
        for (position, token) in tokens.enumerated() where !token.containsCJK {
            let isAnnounced =
                position > 0 && announces(tokens[position - 1], before: position > 1 ? tokens[position - 2] : nil)
            if position + 1 < tokens.count, token.count <= 4, token.allSatisfy({ $0.isASCII && $0.isLetter }),
                !announces(token, before: nil), tokens[position + 1].first?.isNumber ?? false
            {
                let joined = token + tokens[position + 1]
                if let code = FaultCode(joined) {
                    words.append(
                        CodeWord(
                            written: joined, code: code, position: position, isAnnounced: isAnnounced,
                            isMeasured: false))
                }
            }
            if let code = FaultCode(token) {
                words.append(
                    CodeWord(
                        written: token, code: code, position: position, isAnnounced: isAnnounced,
                        isMeasured: token.allSatisfy { $0.isNumber || $0 == "." } && position + 1 < tokens.count
                            && isUnit(tokens[position + 1])))
            }
        }
        return words
    }

    /// Runs of code characters and runs of Chinese.
    private static func tokens(of line: String) -> [String] {
        var tokens: [String] = []
        var current = ""
        var isCode = false
        func flush() {
            let token = isCode ? current.trimmingSeparators : current
            if !token.isEmpty { tokens.append(token) }
            current = ""
        }
        for character in line {
            let belongs = CodeRecognizer.isCodeCharacter(character)
            guard belongs || character.isCJK else {
                flush()
                continue
            }
            if belongs != isCode { flush() }
            isCode = belongs
            current.append(character)
        }
        flush()
        return tokens
    }

    /// Words that announce a code in a question or log line, beside those of manuals' headings.
    private static let announcers: Set<String> = CodeRecognizer.announcingWords.union([
        "alm", "al", "er", "flt", "errno", "errcode", "faultcode", "alarmcode", "id", "no", "number", "nr",
        "shows", "show", "showing", "displays", "display", "reads", "reports", "is", "says",
        "顯示", "出現", "跳", "跳出", "報", "號碼", "编号", "編號", "显示", "出现", "报", "代码", "报警", "故障代码",
    ])
    /// Words that announce only behind an announcing word: `alarm no 12`, `fault code is 5`.
    private static let relays: Set<String> = ["id", "no", "number", "nr", "is", "says"]

    private static let units: Set<String> = [
        "s", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "h", "hour", "hours", "day",
        "days",
        "time", "times", "x", "bar", "mpa", "kpa", "psi", "c", "degrees", "mm", "cm", "rpm", "v", "a", "kw", "hz", "kg",
        "percent", "次", "分", "分鐘", "秒", "度", "小時", "天", "個",
    ]

    private static func isUnit(_ word: String) -> Bool {
        units.contains(word.lowercased()) || units.contains { $0.containsCJK && word.hasPrefix($0) }
    }

    private static func announces(_ word: String, before: String?) -> Bool {
        let lowered = word.lowercased()
        if relays.contains(lowered) {
            return before.map { announces($0, before: nil) && !relays.contains($0.lowercased()) } ?? false
        }
        if announcers.contains(lowered) { return true }
        // A key of a log line: `alarm_code=`, `FAULT-ID:`.
        let parts = lowered.split { "-_.".contains($0) }
        if parts.count > 1, parts.allSatisfy({ announcers.contains(String($0)) }) { return true }
        return lowered.containsCJK && announcers.contains { $0.containsCJK && lowered.hasSuffix($0) }
    }
}
