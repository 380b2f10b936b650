/// Units of measurement and of counting, each with the one spelling that facts are compared in.
enum Units {
    /// Symbols: case counts (`mA` is not `MA`), written with or without a blank after the number.
    private static let symbols: Set<String> = [
        "V", "mV", "kV", "A", "mA", "µA", "kA", "W", "kW", "MW", "VA", "kVA", "Ah", "Wh", "kWh", "Ω", "mΩ", "kΩ", "MΩ",
        "F", "µF", "nF", "pF", "H", "mH", "Hz", "kHz", "MHz", "dB", "dBA", "bit", "bps", "kbps", "Mbps",
        "Pa", "hPa", "kPa", "MPa", "bar", "mbar", "psi", "kgf", "N", "kN", "Nm", "°C", "°F", "°", "K", "%", "ppm",
        "m", "mm", "cm", "km", "µm", "nm", "g", "mg", "kg", "t", "L", "l", "mL", "ml", "cc",
        "s", "ms", "µs", "min", "h", "rpm", "J", "kJ", "lx", "G", "T", "mT", "VDC", "VAC", "Vdc", "Vac",
    ]

    /// Words, lower case.
    private static let words: [String: String] = {
        let spellings: [String: [String]] = [
            "V": ["volt", "volts"], "A": ["amp", "amps", "ampere", "amperes"], "W": ["watt", "watts"],
            "Ω": ["ohm", "ohms"], "kΩ": ["kohm", "kiloohm", "kilohm", "kilohms"], "MΩ": ["mohm", "megohm", "megohms"],
            "Hz": ["hertz"], "%": ["percent"], "°": ["degree", "degrees", "deg"],
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

    /// Chinese units; a classifier (個, 支, 台) counts as no unit.
    private static let chinese: [String: String] = [
        "伏特": "V", "伏": "V", "安培": "A", "安": "A", "毫安": "mA", "瓦": "W", "千瓦": "kW", "歐姆": "Ω", "赫茲": "Hz",
        "赫": "Hz", "毫米": "mm", "公釐": "mm", "公分": "cm", "公尺": "m", "公斤": "kg", "公克": "g", "公升": "L",
        "秒": "s", "秒鐘": "s", "毫秒": "ms", "分鐘": "min", "分": "min", "小時": "h", "天": "day", "日": "day",
        "週": "week", "個月": "month", "月": "month", "年": "year", "次": "times", "圈": "turn", "轉": "turn",
        "度": "°", "攝氏度": "°C", "%": "%", "個": "", "支": "", "台": "", "顆": "", "條": "", "組": "", "片": "",
        "只": "", "處": "", "段": "", "倍": "倍", "格": "格",
    ]
    private static let chineseLengthLimit = 3

    /// The canonical spelling of a unit word or symbol; nil when it is none.
    static func canonical(_ text: String) -> String? {
        let text = text.replacing("μ", with: "µ")
        return symbols.contains(text) ? text : words[text.lowercased()]
    }

    /// The longest Chinese unit at `start`: its canonical spelling (empty for a classifier) and its end.
    static func chinese(_ scalars: [Unicode.Scalar], at start: Int) -> (unit: String, end: Int)? {
        for length in stride(from: min(chineseLengthLimit, scalars.count - start), to: 0, by: -1) {
            let end = start + length
            if let unit = chinese[String(String.UnicodeScalarView(scalars[start..<end]))] { return (unit, end) }
        }
        return nil
    }
}
