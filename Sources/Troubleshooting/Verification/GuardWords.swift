/// Words that turn a sentence's meaning around: losing or adding one is worse than losing a noun.
enum GuardWords {
    /// Negations, prohibitions, exceptions and conditions.
    private static let reservations: Set<String> = [
        "not", "no", "never", "without", "cannot", "can't", "don't", "doesn't", "isn't", "aren't", "won't", "mustn't",
        "shouldn't", "avoid", "prohibited", "forbidden", "except", "unless", "nor", "neither", "only", "if", "when",
        "until", "while",
    ]

    /// 不可, 不得, 請勿, 禁止, 未, 若, 如, 當 … by their telling character.
    private static let chineseReservations = Set("不勿禁未無非別沒免莫若如當".unicodeScalars)

    /// What is done, in all forms of the verb, and words that have an opposite.
    private static let directions: Set<String> = {
        let verbs = [
            "open", "close", "increase", "decrease", "raise", "lower", "tighten", "loosen", "start", "enable",
            "disable",
            "connect", "disconnect", "lock", "unlock", "insert", "remove", "install", "fill", "drain", "energize",
            "energise", "push", "pull", "shorten", "lengthen", "attach", "detach", "press", "release", "reduce",
            "extend",
            "retract", "check", "replace", "clean", "measure", "adjust", "lubricate", "test", "reset", "restart",
            "bypass",
            "bridge", "ignore", "skip", "clear", "turn", "wait", "switch", "touch", "force", "override", "repair",
        ]
        let words = [
            "on", "off", "up", "down", "left", "right", "clockwise", "counterclockwise", "anticlockwise",
            "counter-clockwise", "anti-clockwise", "high", "higher", "low", "above", "below", "before", "after", "more",
            "less", "maximum", "minimum", "max", "min", "input", "output", "inlet", "outlet", "positive", "negative",
            "forward", "reverse", "front", "rear", "upper", "hot", "cold", "first", "last", "stop", "stops", "stopped",
            "stopping", "run", "runs", "running", "normally", "de-energize", "deenergize", "de-energized",
            "deenergized",
            "over", "under", "longer", "shorter", "larger", "smaller", "increased", "unplug", "plug", "inner", "outer",
            "full", "empty", "primary", "secondary", "least", "most",
        ]
        return Set(verbs.flatMap(forms) + words)
    }()

    /// 開關, 增減, 鎖緊／鬆開, 更換, 清潔, 短接 … by their telling characters.
    private static let chineseDirections = Set(
        "開關啟停增減升降緊鬆高低大小上下左右前後順逆正負反進出入接拆裝通斷內外加滿空冷熱快慢插拔多少有先換清潔檢查測量設調潤短跨略切旁按取放卸修焊剪".unicodeScalars)

    static func isReservation(_ word: String) -> Bool { reservations.contains(word) }
    static func isReservation(_ scalar: Unicode.Scalar) -> Bool { chineseReservations.contains(scalar) }
    static func isDirection(_ word: String) -> Bool { directions.contains(word) }
    static func isDirection(_ scalar: Unicode.Scalar) -> Bool { chineseDirections.contains(scalar) }

    /// `NOT`, `OFF`: capitals for emphasis make no part name of them.
    static func isKnown(_ word: String) -> Bool { isReservation(word) || isDirection(word) || stopWords.contains(word) }

    private static func forms(_ verb: String) -> [String] {
        let stem = verb.hasSuffix("e") ? String(verb.dropLast()) : verb
        return [verb, verb + "s", verb + "es", stem + "ed", stem + "ing"]
    }

    /// Words that carry nothing to compare.
    static let stopWords: Set<String> = [
        "a", "an", "the", "and", "or", "of", "to", "in", "at", "by", "for", "with", "is", "are", "be", "it", "its",
        "this",
        "that", "these", "those", "then", "please", "from", "as",
    ]
    static let chineseStops = Set("請的將把並且".unicodeScalars)

    /// Signal words with which a model would pose as the manual's safety text.
    private static let signalWords = [
        "danger", "warning", "caution", "notice", "危險", "危险", "警告", "注意", "警語",
    ]

    static func startsWithSignalWord(_ text: [Unicode.Scalar]) -> Bool {
        let start = text.drop { !$0.properties.isAlphabetic }
        let head = String(String.UnicodeScalarView(start.prefix(16))).lowercased()
        return signalWords.contains { head.hasPrefix($0) }
    }
}
