/// A color as office files and web pages write it, to tell whether text can be seen on its ground.
struct PaperColor: Hashable {
    static let white = PaperColor(red: 255, green: 255, blue: 255)
    static let black = PaperColor(red: 0, green: 0, blue: 0)
    /// Colors that differ less in each part cannot be told apart.
    private static let leastDifference = 24

    let red: Int
    let green: Int
    let blue: Int

    init(red: Int, green: Int, blue: Int) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `FFFFFF`, `FFFFFFFF` with the opacity first, or `FFF`; nil for `auto` and whatever else is no color.
    init?(hexadecimal text: some StringProtocol) {
        var digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count else { return nil }
        if digits.count == 3 || digits.count == 4 { digits = digits.prefix(3).flatMap { [$0, $0] } }
        if digits.count == 8 { digits.removeFirst(2) }
        guard digits.count == 6 else { return nil }
        self.init(red: digits[0] * 16 + digits[1], green: digits[2] * 16 + digits[3], blue: digits[4] * 16 + digits[5])
    }

    func isLike(_ other: PaperColor) -> Bool {
        max(abs(red - other.red), abs(green - other.green), abs(blue - other.blue)) < PaperColor.leastDifference
    }

    /// Darker (below 0, down to -1) or lighter (up to 1), as ECMA-376 part 1, section 18.8.19 has it.
    func tinted(_ tint: Double) -> PaperColor {
        guard (-1...1).contains(tint) else { return self }
        func part(_ value: Int) -> Int {
            let value = Double(value)
            return Int(tint < 0 ? value * (1 + tint) : value * (1 - tint) + 255 * tint)
        }
        return PaperColor(red: part(red), green: part(green), blue: part(blue))
    }
}
