/// The rules of a web page's `<style>` elements that hide text, color it or color its ground.
///
/// Of a selector its last part counts alone (`table .x td.y` is `td.y`): a rule may then hide more than a browser would,
/// and never less. Rules for print and other media than the screen do not count.
struct StyleRules {
    private struct Rule {
        let tag: String?
        let classes: [String]
        let id: String?
        let declarations: String
    }

    private static let mostRules = 5_000
    private var rules: [Rule] = []

    mutating func take(_ sheet: String) {
        var rest = Substring(StyleRules.withoutComments(sheet))
        while let open = rest.firstIndex(of: "{"), rules.count < StyleRules.mostRules {
            let selectors = rest[..<open].trimmed
            let body = StyleRules.block(rest[rest.index(after: open)...])
            if selectors.hasPrefix("@") {
                let media = selectors.lowercased()
                let isSeen = media.hasPrefix("@media") && !media.contains("print") || media.hasPrefix("@supports")
                if isSeen { take(String(body)) }
            } else {
                for selector in selectors.split(separator: ",") { add(selector.trimmed, String(body)) }
            }
            rest = rest[body.endIndex...].dropFirst()
        }
    }

    func apply(to style: inout PageStyle, tag: String, classes: [Substring], id: String?) {
        for rule in rules
        where rule.tag.map({ $0 == tag }) ?? true && rule.id.map({ $0 == id }) ?? true
            && rule.classes.allSatisfy({ name in classes.contains { $0 == name } })
        {
            style.take(rule.declarations)
        }
    }

    private mutating func add(_ selector: String, _ declarations: String) {
        guard let last = selector.split(whereSeparator: { " >+~".contains($0) }).last, !last.contains(":"),
            !last.contains("[")
        else {
            return
        }
        var tag = ""
        var classes: [String] = []
        var id: String?
        var mark: Character = " "
        for part in last {
            switch part {
            case ".":
                classes.append("")
                mark = part
            case "#":
                id = ""
                mark = part
            default:
                switch mark {
                case ".": classes[classes.count - 1].append(part)
                case "#": id?.append(part)
                default: tag.append(part)
                }
            }
        }
        rules.append(
            Rule(
                tag: tag.isEmpty || tag == "*" ? nil : tag.lowercased(), classes: classes, id: id,
                declarations: declarations))
    }

    /// Up to the brace that closes it.
    private static func block(_ text: Substring) -> Substring {
        var depth = 1
        for index in text.indices {
            if text[index] == "{" { depth += 1 }
            if text[index] == "}" { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return text
    }

    private static func withoutComments(_ sheet: String) -> String {
        var kept = ""
        var rest = Substring(sheet)
        while let start = rest.range(of: "/*") {
            kept += rest[..<start.lowerBound]
            rest = rest[start.upperBound...].range(of: "*/").map { rest[$0.upperBound...] } ?? ""
        }
        return kept + rest
    }
}
