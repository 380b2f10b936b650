import Domain

/// Forms of a code that may stand for the same code of a manual.
enum CodeKeys {
    /// Words that announce a code and are no part of it, in normal form, the longest first.
    private static let announcements: [String] = [
        "ALARM", "ALM", "AL", "ERRORCODE", "ERROR", "ERR", "ER", "FAULTCODE", "FAULT", "FLT", "TRIP", "CODE", "NO",
        "警報代碼", "警報碼", "警報", "報警", "警報號碼", "異常代碼", "異常碼", "異常", "故障代碼", "故障碼", "故障", "錯誤代碼", "錯誤碼", "錯誤",
        "代碼", "代號", "跳脫", "报警", "警报", "异常代码", "异常", "故障代码", "错误代码", "错误", "代码",
    ].sorted { $0.count > $1.count }

    /// The number in normal form behind a word that only announces it; nil where there is no such word.
    static func number(of normalized: String) -> String? {
        guard let word = announcements.first(where: { normalized.hasPrefix($0) }) else { return nil }
        let rest = normalized.dropFirst(word.count)
        return rest.first?.isNumber ?? false ? String(rest) : nil
    }

    /// The code itself, then what is left of it without announcing words, which may stand one behind the other
    /// (`警報 ALM P101`).
    ///
    /// - Parameter prefixes: further announcing words, in normal form.
    static func withoutAnnouncements(_ normalized: String, prefixes: [String] = []) -> [String] {
        var forms = [normalized]
        while forms.count < 4, let last = forms.last,
            let word = (prefixes + announcements).first(where: { last.hasPrefix($0) && last.count > $0.count })
        {
            forms.append(String(last.dropFirst(word.count)))
        }
        return forms
    }

    /// Every number without its leading zeros.
    static func withoutZeros(_ normalized: String) -> String {
        var variant = ""
        var number = ""
        func flush() {
            guard !number.isEmpty else { return }
            let bare = number.drop { $0 == "0" }
            variant += bare.isEmpty ? "0" : String(bare)
            number = ""
        }
        for character in normalized {
            if character.isNumber {
                number.append(character)
            } else {
                flush()
                variant.append(character)
            }
        }
        flush()
        return variant
    }

    /// What a number would be as a code of the manual, in normal form.
    ///
    /// Hexadecimal marks count only where the manual's numbers are hexadecimal; else `0x12` would become code 18.
    static func formatted(_ written: String, by format: CodeFormat) -> String? {
        let digits = String(written.filter { !$0.isWhitespace }.uppercased())
        if format.isHexadecimal, let marked = hexadecimal(digits) {
            return FaultCode.normalize(format.code(marked))
        }
        guard let number = UInt64(digits), digits.count <= 10 else { return nil }
        return FaultCode.normalize(format.code(number))
    }

    /// `0X1F`, `1FH`, `H1F` or `16#1F` as a number.
    private static func hexadecimal(_ text: String) -> UInt64? {
        var digits = Substring(text)
        if let mark = ["16#", "0X", "$", "H'", "#"].first(where: { text.hasPrefix($0) }) {
            digits = digits.dropFirst(mark.count)
        } else if text.hasSuffix("H"), text.first?.isNumber ?? false {
            digits = digits.dropLast()
        } else {
            return nil
        }
        return digits.count <= 8 ? UInt64(digits, radix: 16) : nil
    }
}
