/// Reduces Markdown's marks inside a line to plain text.
enum InlineMarkdown {
    static func plain(_ text: String) -> String {
        let characters = Array(LineBreaks.plain(text))
        var plain: [Character] = []
        var index = 0
        while index < characters.count {
            let character = characters[index]
            switch character {
            case "\\" where index + 1 < characters.count && "\\`*_{}[]()#+-.!|<>~".contains(characters[index + 1]):
                plain.append(characters[index + 1])
                index += 2
                continue
            case "`":
                break
            case "*" where marksEmphasis(characters, at: index), "_" where marksUnderline(characters, at: index):
                break
            case "[":
                if let link = link(characters, at: index) {
                    plain += link.label
                    index = link.end
                    continue
                }
                plain.append(character)
            default:
                plain.append(character)
            }
            index += 1
        }
        return entities(String(plain))
    }

    /// A star touching a word on one side at least; `3 * 4` keeps its star.
    private static func marksEmphasis(_ characters: [Character], at index: Int) -> Bool {
        let before = index > 0 ? characters[index - 1] : " "
        let after = index + 1 < characters.count ? characters[index + 1] : " "
        return !(before.isWhitespace && after.isWhitespace) && !(before.isNumber && after.isNumber)
    }

    /// Underlines are emphasis at a word's edge only: `P_MAX` is a name.
    private static func marksUnderline(_ characters: [Character], at index: Int) -> Bool {
        let before = index > 0 ? characters[index - 1] : " "
        let after = index + 1 < characters.count ? characters[index + 1] : " "
        let isInside = (before.isLetter || before.isNumber) && (after.isLetter || after.isNumber)
        return !isInside && !(before.isWhitespace && after.isWhitespace)
    }

    private static func link(_ characters: [Character], at start: Int) -> (label: [Character], end: Int)? {
        guard let close = characters[start...].firstIndex(of: "]"), close + 1 < characters.count,
            characters[close + 1] == "(", let end = characters[close...].firstIndex(of: ")")
        else { return nil }
        return (Array(characters[(start + 1)..<close]), end + 1)
    }

    private static func entities(_ text: String) -> String {
        guard text.contains("&") else { return text }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&nbsp;", with: " ")
            .replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }
}

/// The `<br>` that spreadsheets and Markdown tables use for a line end inside a cell.
enum LineBreaks {
    static func plain(_ text: String) -> String {
        guard text.contains("<br") else { return text }
        return text.replacing("<br/>", with: "\n").replacing("<br />", with: "\n").replacing("<br>", with: "\n")
    }
}
