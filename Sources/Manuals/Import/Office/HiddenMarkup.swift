import Foundation

/// Marks the text of a web page, or of HTML within Markdown, that its reader does not see (``HiddenText``).
///
/// Pandoc drops most attributes, so what hides text is looked for before it: attributes, styles, style sheets.
struct HiddenMarkup {
    private struct Element {
        let name: Substring
        var style: PageStyle
    }

    /// Elements without an end.
    private static let empty: Set<Substring> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ]
    /// Elements whose content is no text of the page.
    private static let raw: Set<Substring> = ["script", "style", "title", "textarea"]
    /// Elements whose content a browser does not show.
    private static let unshown: Set<Substring> = ["template", "noscript", "datalist"]
    /// What ends where another begins.
    private static let closedBy: [Substring: Set<Substring>] = [
        "p": ["p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "blockquote", "pre"],
        "li": ["li"], "td": ["td", "th", "tr"], "th": ["td", "th", "tr"], "tr": ["tr"], "dt": ["dt", "dd"],
        "dd": ["dt", "dd"],
        "option": ["option"],
    ]
    private static let deepest = 1_000

    private var open: [Element] = []
    private var rules = StyleRules()

    /// Markdown is read line by line, so each hidden line gets its mark; comments within a line are hidden text there,
    /// while pandoc drops them.
    private let isMarkdown: Bool

    private init(isMarkdown: Bool) { self.isMarkdown = isMarkdown }

    static func marked(_ html: String) -> String {
        var reader = HiddenMarkup(isMarkdown: false)
        return reader.read(html)
    }

    static func marked(markdown: String) -> String {
        guard markdown.utf8.contains(UInt8(ascii: "<")) else { return markdown }
        var reader = HiddenMarkup(isMarkdown: true)
        return reader.read(markdown)
    }

    private mutating func read(_ html: String) -> String {
        collectRules(html)
        var marked = ""
        marked.reserveCapacity(html.utf8.count)
        var rest = Substring(html)
        while let start = rest.utf8.firstIndex(of: UInt8(ascii: "<")) {
            append(rest[..<start], to: &marked)
            rest = rest[start...]
            let tag = HiddenMarkup.tag(rest)
            guard let tag else {
                marked.append("<")
                rest = rest.dropFirst()
                continue
            }
            let isInLine = marked.last.map { $0 != "\n" } ?? false
            marked += rest[..<tag.end]
            if isMarkdown, isInLine, rest.hasPrefix("<!--") { marked.unicodeScalars.append(HiddenText.format) }
            rest = rest[tag.end...]
            take(tag)
            if HiddenMarkup.raw.contains(tag.name), !tag.isEnd {
                let end = HiddenMarkup.end(of: tag.name, in: rest)
                marked += rest[..<end]
                rest = rest[end...]
            }
        }
        append(rest, to: &marked)
        return marked
    }

    private func append(_ text: Substring, to marked: inout String) {
        guard let style = open.last?.style, style.hidesText, text.utf8.contains(where: { $0 > 0x20 }) else {
            marked += text
            return
        }
        guard isMarkdown else {
            marked += HiddenText.marked(String(text))
            return
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        marked += lines.map { line in
            guard line.contains(where: { $0.isLetter || $0.isNumber }) else { return String(line) }
            // Behind a table row's last border a mark would be another cell.
            guard let border = line.lastIndex(of: "|"), line[border...].dropFirst().allSatisfy(\.isWhitespace) else {
                return HiddenText.marked(String(line))
            }
            return HiddenText.marked(String(line[..<border])) + line[border...]
        }.joined(separator: "\n")
    }

    private mutating func take(_ tag: Tag) {
        let name = tag.name
        guard !name.isEmpty else { return }
        if tag.isEnd {
            if let place = open.lastIndex(where: { $0.name == name }) { open.removeSubrange(place...) }
            return
        }
        while let last = open.last, HiddenMarkup.closedBy[last.name]?.contains(name) ?? false { open.removeLast() }
        guard !HiddenMarkup.empty.contains(name), open.count < HiddenMarkup.deepest else { return }
        var style = open.last?.style ?? PageStyle()
        let attributes = tag.attributes()
        if let color = attributes["bgcolor"].flatMap(HiddenMarkup.color) { style.ground = color }
        if name == "font" || name == "body",
            let color = (attributes["color"] ?? attributes["text"]).flatMap(HiddenMarkup.color)
        {
            style.color = color
        }
        rules.apply(
            to: &style, tag: String(name), classes: attributes["class"]?.split(whereSeparator: \.isWhitespace) ?? [],
            id: attributes["id"])
        if let declarations = attributes["style"] { style.take(HiddenMarkup.plain(declarations)) }
        if attributes["hidden"] != nil || HiddenMarkup.unshown.contains(name)
            || (name == "dialog" && attributes["open"] == nil)
        {
            style.isHidden = true
        }
        open.append(Element(name: name, style: style))
    }

    private mutating func collectRules(_ html: String) {
        var rest = Substring(html)
        while let start = rest.range(of: "<style", options: .caseInsensitive) {
            guard let close = rest[start.upperBound...].firstIndex(of: ">") else { return }
            let content = rest[rest.index(after: close)...]
            let end = HiddenMarkup.end(of: "style", in: content)
            let attributes = rest[start.upperBound..<close].lowercased()
            if !attributes.contains("print") { rules.take(String(content[..<end])) }
            rest = content[end...]
        }
    }

    private static func color(_ text: String) -> PaperColor? { PageStyle.color(text) ?? PaperColor(hexadecimal: text) }

    /// Entities inside an attribute hide nothing.
    private static func plain(_ text: String) -> String {
        guard text.contains("&") else { return text }
        return text.replacing("&quot;", with: "\"").replacing("&#58;", with: ":").replacing("&colon;", with: ":")
            .replacing("&#59;", with: ";").replacing("&semi;", with: ";").replacing("&#x3a;", with: ":")
    }

    private static func end(of name: Substring, in text: Substring) -> Substring.Index {
        text.range(of: "</" + name, options: .caseInsensitive)?.lowerBound ?? text.endIndex
    }
}

// MARK: Tags

extension HiddenMarkup {
    fileprivate struct Tag {
        /// Lower case; empty for comments and declarations.
        let name: Substring
        let isEnd: Bool
        let inner: Substring
        let end: Substring.Index

        /// By name, lower case; the first of one name counts.
        func attributes() -> [String: String] {
            var found: [String: String] = [:]
            var rest = inner
            while true {
                rest = rest.drop { $0.isWhitespace || $0 == "/" }
                guard !rest.isEmpty, found.count < 100 else { return found }
                let key = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != "/" }
                rest = rest[key.endIndex...].drop(while: \.isWhitespace)
                var value: Substring = ""
                if rest.first == "=" {
                    rest = rest.dropFirst().drop(while: \.isWhitespace)
                    if let quote = rest.first, quote == "\"" || quote == "'" {
                        value = rest.dropFirst().prefix { $0 != quote }
                        rest = rest[value.endIndex...].dropFirst()
                    } else {
                        value = rest.prefix { !$0.isWhitespace }
                        rest = rest[value.endIndex...]
                    }
                } else if key.isEmpty {
                    rest = rest.dropFirst()
                }
                let name = key.lowercased()
                if !name.isEmpty, found[name] == nil { found[name] = String(value) }
            }
        }
    }

    /// The tag, comment or declaration that begins here; nil for a bare `<`.
    fileprivate static func tag(_ text: Substring) -> Tag? {
        let after = text.dropFirst()
        if after.hasPrefix("!--") {
            let end = after.range(of: "-->")?.upperBound ?? text.endIndex
            return Tag(name: "", isEnd: false, inner: "", end: end)
        }
        let isEnd = after.first == "/"
        let start = isEnd ? after.dropFirst() : after
        guard let first = start.first, first.isASCII, first.isLetter || first == "!" || first == "?" else { return nil }
        let name = start.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
        var quote: Character?
        var index = name.endIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == ">" {
                break
            }
            index = text.index(after: index)
        }
        let inner = text[name.endIndex..<index]
        let end = index < text.endIndex ? text.index(after: index) : index
        return Tag(
            name: first.isLetter ? Substring(name.lowercased()) : "", isEnd: isEnd,
            inner: inner,
            end: end)
    }
}
