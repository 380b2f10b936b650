/// Words that manuals print in capitals for emphasis: `Do NOT open`, `turn OFF`. They are no names of parts.
enum CommonWords {
    static func contains(_ word: String) -> Bool { words.contains(word) }

    private static let words: Set<String> = {
        let verbs = [
            "open", "close", "increase", "decrease", "raise", "lower", "tighten", "loosen", "start", "enable",
            "disable", "connect", "disconnect", "lock", "unlock", "insert", "remove", "install", "fill", "drain",
            "energize", "energise", "push", "pull", "shorten", "lengthen", "attach", "detach", "press", "release",
            "reduce", "extend", "retract", "check", "replace", "clean", "measure", "adjust", "lubricate", "test",
            "reset", "restart", "bypass", "bridge", "ignore", "skip", "clear", "turn", "wait", "switch", "touch",
            "force", "override", "repair",
        ]
        let others = [
            "not", "no", "never", "without", "cannot", "can't", "don't", "doesn't", "isn't", "aren't", "won't",
            "mustn't", "shouldn't", "avoid", "prohibited", "forbidden", "except", "unless", "nor", "neither", "only",
            "if", "when", "until", "while", "on", "off", "up", "down", "left", "right", "clockwise", "counterclockwise",
            "anticlockwise", "counter-clockwise", "anti-clockwise", "high", "higher", "low", "above", "below", "before",
            "after", "more", "less", "maximum", "minimum", "max", "min", "input", "output", "inlet", "outlet",
            "positive", "negative", "forward", "reverse", "front", "rear", "upper", "hot", "cold", "first", "last",
            "stop", "stops", "stopped", "stopping", "run", "runs", "running", "normally", "de-energize", "deenergize",
            "de-energized", "deenergized", "over", "under", "longer", "shorter", "larger", "smaller", "increased",
            "unplug", "plug", "inner", "outer", "full", "empty", "primary", "secondary", "least", "most",
            "the", "and", "or", "of", "to", "in", "at", "by", "for", "with", "is", "are", "be", "it", "its", "this",
            "that", "these", "those", "then", "please", "from", "as", "all", "both", "each", "every", "any", "none",
            "must", "do", "does", "may", "can", "immediately", "always",
        ]
        return Set(verbs.flatMap(forms) + others)
    }()

    private static func forms(_ verb: String) -> [String] {
        let stem = verb.hasSuffix("e") ? String(verb.dropLast()) : verb
        return [verb, verb + "s", verb + "es", stem + "ed", stem + "ing"]
    }
}
