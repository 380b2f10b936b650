/// How a web page shows an element's text, as far as it tells whether the text is seen.
///
/// The declarations are those of CSS 2.1 and its common companions; what a page computes by scripts is not looked at.
struct PageStyle: Hashable {
    var color = PaperColor.black
    var ground = PaperColor.white
    var isHidden = false

    /// Text that nobody sees.
    var hidesText: Bool { isHidden || color.isLike(ground) }

    private static let leastPixels = 3.0
    private static let offPage = -400.0

    /// Takes the declarations of a `style` attribute or of a rule.
    mutating func take(_ declarations: some StringProtocol) {
        var values: [String: String] = [:]
        for declaration in declarations.split(separator: ";") {
            let parts = declaration.split(separator: ":", maxSplits: 1).map { $0.trimmed.lowercased() }
            if parts.count == 2 { values[parts[0]] = parts[1].replacing("!important", with: "").trimmed }
        }
        if let text = values["color"] ?? values["-webkit-text-fill-color"] {
            if text == "transparent" || PageStyle.isTransparent(text) { isHidden = true }
            color = PageStyle.color(text) ?? color
        }
        for key in ["background", "background-color"] {
            if let text = values[key] {
                ground = text.split(separator: " ").lazy.compactMap(PageStyle.color).first ?? ground
            }
        }
        let length = values.compactMapValues(PageStyle.pixels)
        if values["display"] == "none" || ["hidden", "collapse"].contains(values["visibility"])
            || values["content-visibility"] == "hidden"
        {
            isHidden = true
        }
        if let opacity = values["opacity"].flatMap({ Double($0.replacing("%", with: "")) }), opacity < 0.06 {
            isHidden = true
        }
        for key in ["font-size", "line-height", "zoom"] {
            if let size = length[key], size < (key == "zoom" ? 0.1 : PageStyle.leastPixels),
                key != "line-height" || size == 0
            {
                isHidden = true
            }
        }
        if let font = values["font"],
            font.split(whereSeparator: { " /".contains($0) }).compactMap(PageStyle.length).contains(where: {
                $0 < PageStyle.leastPixels
            })
        {
            isHidden = true
        }
        let overflow = values["overflow"] ?? values["overflow-x"] ?? values["overflow-y"]
        if overflow ?? "visible" != "visible" {
            for key in ["width", "height", "max-width", "max-height"] where length[key].map({ $0 <= 2 }) ?? false {
                isHidden = true
            }
        }
        for key in ["text-indent", "left", "top", "right", "bottom", "margin-left", "margin-top"]
        where length[key].map({ $0 <= PageStyle.offPage }) ?? false {
            isHidden = true
        }
        if let transform = values["transform"], transform.contains("scale(0") && !transform.contains("scale(0.") {
            isHidden = true
        }
        if let clip = values["clip"], clip.hasPrefix("rect(0") || clip.hasPrefix("rect(1px") { isHidden = true }
        if let clip = values["clip-path"],
            clip.contains("inset(50%") || clip.contains("inset(100%") || clip.contains("circle(0")
        {
            isHidden = true
        }
        if let filter = values["filter"], filter.contains("opacity(0") && !filter.contains("opacity(0.") {
            isHidden = true
        }
    }

    /// `12px`, `-9999px`, `0`, `1em`, `50%` in pixels; a share of something counts by the usual size.
    private static func pixels(_ text: String) -> Double? { text == "0" ? 0 : length(text) ?? Double(text) }

    /// A number with a unit.
    private static func length(_ text: some StringProtocol) -> Double? {
        let digits = text.prefix { $0.isNumber || "-+.".contains($0) }
        guard let number = Double(digits) else { return nil }
        switch text.dropFirst(digits.count) {
        case "px": return number
        case "pt": return number * 4 / 3
        case "em", "rem": return number * 16
        case "%": return number / 100 * 16
        case "mm": return number * 3.78
        case "cm": return number * 37.8
        case "in": return number * 96
        case "vw", "vh": return number * 8
        default: return nil
        }
    }

    /// `rgba(0, 0, 0, 0)`, `#ffffff00`.
    private static func isTransparent(_ text: String) -> Bool {
        if text.hasPrefix("#") {
            return (text.count == 9 && text.hasSuffix("00")) || (text.count == 5 && text.hasSuffix("0"))
        }
        let parts = arguments(text)
        return parts.count == 4 && parts[3] < 0.06
    }

    static func color(_ text: some StringProtocol) -> PaperColor? {
        let text = text.lowercased()
        if text.hasPrefix("#") {
            return PaperColor(hexadecimal: text.dropFirst().prefix(text.count == 9 ? 6 : 4 + text.count % 2 * 2))
        }
        if text.hasPrefix("rgb") {
            let parts = arguments(text)
            guard parts.count >= 3 else { return nil }
            return PaperColor(red: Int(parts[0]), green: Int(parts[1]), blue: Int(parts[2]))
        }
        if text.hasPrefix("hsl") {
            let parts = arguments(text)
            guard parts.count >= 3, parts[2] >= 97 || parts[2] <= 3 else { return nil }
            return parts[2] >= 97 ? .white : .black
        }
        return names[text]
    }

    private static func arguments(_ text: String) -> [Double] {
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else { return [] }
        return text[text.index(after: open)..<close].split(whereSeparator: { ", /".contains($0) }).compactMap {
            $0.hasSuffix("%") ? Double($0.dropLast()) : Double($0)
        }.map { min(max($0, 0), 255) }
    }

    private static let names: [String: PaperColor] = [
        "white": .white, "black": .black, "snow": PaperColor(red: 255, green: 250, blue: 250),
        "ivory": PaperColor(red: 255, green: 255, blue: 240), "ghostwhite": PaperColor(red: 248, green: 248, blue: 255),
        "whitesmoke": PaperColor(red: 245, green: 245, blue: 245),
        "floralwhite": PaperColor(red: 255, green: 250, blue: 240),
        "azure": PaperColor(red: 240, green: 255, blue: 255), "red": PaperColor(red: 255, green: 0, blue: 0),
        "green": PaperColor(red: 0, green: 128, blue: 0), "blue": PaperColor(red: 0, green: 0, blue: 255),
        "yellow": PaperColor(red: 255, green: 255, blue: 0), "gray": PaperColor(red: 128, green: 128, blue: 128),
        "grey": PaperColor(red: 128, green: 128, blue: 128), "orange": PaperColor(red: 255, green: 165, blue: 0),
        "navy": PaperColor(red: 0, green: 0, blue: 128), "lightgray": PaperColor(red: 211, green: 211, blue: 211),
    ]
}
