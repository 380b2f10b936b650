/// Units of measurement and of counting, each with the one spelling that facts are compared in.
enum Units {
    /// Symbols: case counts (`mA` is not `MA`), written with or without a blank after the number.
    private static let symbols: Set<String> = {
        let prefixes = ["", "p", "n", "µ", "m", "k", "M", "G", "T"]
        let bases = [
            "V", "A", "W", "VA", "var", "Wh", "Ah", "Ω", "S", "F", "H", "Hz", "B", "bit", "bps", "Pa", "bar", "N", "Nm",
            "J", "m", "g", "s", "rad", "T", "eV",
        ]
        let others = [
            "dB", "dBA", "hPa", "psi", "kgf", "°C", "°F", "°", "K", "%", "‰", "ppm", "cm", "t", "L", "l", "mL", "ml",
            "cc", "min", "h", "rpm", "lx", "G", "VDC", "VAC", "Vdc", "Vac",
        ]
        return Set(prefixes.flatMap { prefix in bases.map { prefix + $0 } } + others)
    }()

    /// Symbols that another symbol equals but for case: `mrad` and `Mrad`, `ms` and `Ms`.
    private static let caseSensitive: Set<String> = {
        let sameFolded = Dictionary(grouping: symbols) { $0.lowercased() }
        return Set(sameFolded.values.filter { $0.count > 1 }.joined())
    }()

    /// Words, lower case.
    private static let words: [String: String] = {
        let spellings: [String: [String]] = [
            "V": ["volt", "volts"], "A": ["amp", "amps", "ampere", "amperes"], "W": ["watt", "watts"],
            "Ω": ["ohm", "ohms"], "kΩ": ["kohm", "kiloohm", "kilohm", "kilohms"], "MΩ": ["megohm", "megohms"],
            "mΩ": ["milliohm", "milliohms"], "Hz": ["hertz"], "%": ["percent"], "°": ["degree", "degrees", "deg"],
            "mm": ["millimetre", "millimetres", "millimeter", "millimeters"],
            "m": ["metre", "metres", "meter", "meters"],
            "kg": ["kilogram", "kilograms"], "L": ["litre", "litres", "liter", "liters"],
            "s": ["second", "seconds", "sec", "secs"], "min": ["minute", "minutes", "mins"],
            "h": ["hour", "hours", "hr", "hrs"], "day": ["day", "days"], "week": ["week", "weeks"],
            "month": ["month", "months"], "year": ["year", "years"], "times": ["time", "times"],
            "turn": ["turn", "turns", "revolution", "revolutions"], "cycle": ["cycle", "cycles"],
        ]
        return Dictionary(uniqueKeysWithValues: spellings.flatMap { unit, words in words.map { ($0, unit) } })
    }()

    /// Words whose case tells the unit.
    private static let prefixedWords = ["mohm": "mΩ", "mOhm": "mΩ", "Mohm": "MΩ", "MOhm": "MΩ", "kOhm": "kΩ"]

    /// Chinese units; a classifier (個, 支, 台) makes a number of a numeral, but is a word of its own.
    private static let chinese: [String: String] = [
        "伏特": "V", "伏": "V", "安培": "A", "安": "A", "毫安": "mA", "瓦": "W", "千瓦": "kW", "歐姆": "Ω", "赫茲": "Hz",
        "赫": "Hz", "毫米": "mm", "公釐": "mm", "公分": "cm", "公尺": "m", "公斤": "kg", "公克": "g", "公升": "L",
        "秒": "s", "秒鐘": "s", "毫秒": "ms", "分鐘": "min", "分": "min", "小時": "h", "天": "day", "日": "day",
        "週": "week", "個月": "month", "月": "month", "年": "year", "次": "times", "圈": "turn", "轉": "turn",
        "度": "°", "攝氏度": "°C", "%": "%", "倍": "倍", "格": "格",
    ]
    private static let chineseLengthLimit = 3
    private static let classifiers = Set("個支台顆條組片只處段".unicodeScalars)

    /// The canonical spelling of a unit word or symbol; nil when it is none.
    static func canonical(_ text: String) -> String? {
        let text = text.replacing("μ", with: "µ")
        return symbols.contains(text) ? text : prefixedWords[text] ?? words[text.lowercased()]
    }

    /// Whether folding the case of this word could make another unit of it.
    static func isCaseSensitive(_ text: String) -> Bool {
        caseSensitive.contains(text.replacing("μ", with: "µ")) || prefixedWords[text] != nil
    }

    /// The longest Chinese unit at `start`: its canonical spelling and its end.
    static func chinese(_ scalars: [Unicode.Scalar], at start: Int) -> (unit: String, end: Int)? {
        for length in stride(from: min(chineseLengthLimit, scalars.count - start), to: 0, by: -1) {
            let end = start + length
            if let unit = chinese[String(String.UnicodeScalarView(scalars[start..<end]))] { return (unit, end) }
        }
        return nil
    }

    static func isClassifier(_ scalar: Unicode.Scalar) -> Bool { classifiers.contains(scalar) }
}
