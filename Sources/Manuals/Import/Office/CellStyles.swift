import Foundation

/// How a spreadsheet shows its cells: what matters for numbers, and whether a cell's text can be seen at all.
struct CellStyles {
    struct Style {
        var format = CellFormat.general
        /// The text has the color of its ground, hardly any size, or a number format that shows nothing.
        var isHidden = false
    }

    /// Points below which nobody reads.
    private static let leastPoints = 2.0
    /// The first colors of a theme as Office has them: light 1, dark 1, light 2, dark 2.
    private static let themeColors: [PaperColor?] = [
        .white, .black, PaperColor(hexadecimal: "E7E6E6"), PaperColor(hexadecimal: "44546A"),
    ]
    /// ECMA-376 part 1, section 18.8.27; 64 is the window's text.
    private static let indexedColors: [Int: PaperColor] = [0: .black, 1: .white, 8: .black, 9: .white, 64: .black]

    private var styles: [Style] = []

    /// The style of a number that a cell names; nil when the file has no such one.
    subscript(number: Int) -> Style? {
        if styles.indices.contains(number) { return styles[number] }
        return styles.isEmpty && number == 0 ? Style() : nil
    }

    init() {}

    /// Source of the elements: ECMA-376 part 1, section 18.8.
    init(_ data: Data) throws(XMLFlaw) {
        var codes: [Int: String] = [:]
        var fonts: [Font] = []
        var grounds: [PaperColor?] = []
        var path: [String] = []
        var found: [Style] = []
        try XMLEvents.read(data) { event in
            guard case .begin(let name, let attributes) = event else {
                path.removeLast()
                return true
            }
            func number(_ key: String) -> Int { attributes[key].flatMap { Int($0) } ?? 0 }
            switch (path.last, name) {
            case (_, "numFmt"): codes[number("numFmtId")] = attributes["formatCode"]
            case ("fonts", "font"): fonts.append(Font())
            case ("font", "color") where path.dropLast().last == "fonts":
                fonts[fonts.count - 1].color = Self.color(attributes)
            case ("font", "sz") where path.dropLast().last == "fonts":
                fonts[fonts.count - 1].points = attributes["val"].flatMap { Double($0) } ?? 11
            case ("fills", "fill"): grounds.append(.white)
            case ("fill", "patternFill") where path.dropLast().last == "fills":
                if attributes["patternType"] ?? "none" != "none" { grounds[grounds.count - 1] = nil }
            case ("fill", "gradientFill"): grounds[grounds.count - 1] = nil
            case ("patternFill solid", "fgColor"): grounds[grounds.count - 1] = Self.color(attributes)
            case ("cellXfs", "xf"):
                let (font, fill) = (number("fontId"), number("fillId"))
                let code = codes[number("numFmtId")]
                let ground = grounds.indices.contains(fill) ? grounds[fill] : .white
                let isHidden =
                    (fonts.indices.contains(font) && fonts[font].isHidden(on: ground)) || Self.showsNothing(code)
                found.append(Style(format: CellFormat(number: number("numFmtId"), code: code), isHidden: isHidden))
            default: break
            }
            path.append(attributes["patternType"] == "solid" ? "patternFill solid" : name)
            return true
        }
        styles = found
    }

    private struct Font {
        var color: PaperColor? = .black
        var points = 11.0

        func isHidden(on ground: PaperColor?) -> Bool {
            if points < CellStyles.leastPoints { return true }
            guard let color, let ground else { return false }
            return color.isLike(ground)
        }
    }

    /// nil where the color cannot be told without more of the theme.
    private static func color(_ attributes: [String: String]) -> PaperColor? {
        let tint = attributes["tint"].flatMap { Double($0) } ?? 0
        if let rgb = attributes["rgb"] { return PaperColor(hexadecimal: rgb)?.tinted(tint) }
        if let theme = attributes["theme"].flatMap({ Int($0) }), themeColors.indices.contains(theme) {
            return themeColors[theme]?.tinted(tint)
        }
        if let index = attributes["indexed"].flatMap({ Int($0) }) { return indexedColors[index] }
        return nil
    }

    /// `;;;` and the like: no section shows anything.
    private static func showsNothing(_ code: String?) -> Bool {
        guard let code else { return false }
        return code.count >= 2 && code.allSatisfy { $0 == ";" || $0 == " " }
    }
}
