/// The English words by which ``ProtectionDefeat`` reads a sentence.
enum Words {
    /// How many words name a protective device at a place; nil when none does.
    static func protection(_ words: [String], at index: Int) -> Int? {
        let next = index + 1 < words.count ? words[index + 1] : ""
        switch words[index] {
        case "interlock", "interlocks", "interlocking", "estop", "estops", "lightcurtain": return 1
        case "guard", "guards", "gate", "door", "hood", "cover":
            return [
                "switch", "switches", "lock", "locking", "interlock", "interlocks", "contact", "contacts", "monitoring",
            ].contains(next) ? 2 : nil
        case "safety": return safetyParts.contains(next) ? 2 : nil
        case "light": return ["curtain", "curtains", "barrier", "barriers", "grid", "guard"].contains(next) ? 2 : nil
        case "emergency": return ["stop", "stops", "off", "switch", "button"].contains(next) ? 2 : nil
        case "e": return next == "stop" || next == "stops" ? 2 : nil
        case "two": return next == "hand" || next == "handed" ? 2 : nil
        case "dead": return next == "man" ? 2 : nil
        case "enabling": return next == "device" || next == "switch" || next == "button" ? 2 : nil
        case "protective":
            return ["device", "devices", "cover", "door", "guard", "hood", "fence", "field"].contains(next) ? 2 : nil
        case "laser": return next == "scanner" ? 2 : nil
        default: return nil
        }
    }

    private static let safetyParts: Set<String> = [
        "device", "devices", "relay", "relays", "circuit", "circuits", "switch", "switches", "gate", "gates", "door",
        "doors",
        "guard", "guards", "mat", "mats", "edge", "curtain", "interlock", "interlocks", "chain", "loop", "function",
        "functions", "contactor", "contact", "contacts", "plc", "controller", "system", "lock", "fence", "barrier",
        "scanner",
        "sensor", "sensors", "input", "inputs", "light", "cover", "bumper", "equipment", "bolt",
    ]
    static let covers: Set<String> = [
        "guard", "guards", "door", "doors", "gate", "gates", "cover", "covers", "hood", "fence", "shield",
    ]
    static let entries: Set<String> = [
        "reach", "climb", "crawl", "step", "lean", "enter", "hand", "hands", "finger", "fingers", "arm",
    ]
    static let insides: Set<String> = [
        "in", "into", "inside", "under", "through", "behind", "between", "past", "cell", "cage", "machine", "zone",
        "area", "robot",
    ]
    static let defeating: Set<String> = [
        "bypass", "defeat", "circumvent", "jumper", "cheat", "trick", "fool", "inhibit", "override", "disable",
        "deactivate",
        "neutralize", "neutralise", "strap", "wedge", "tape", "tie", "bridge", "short", "jump", "spoof", "disarm",
        "mute",
        "suppress", "shunt", "hotwire", "bypassing", "defeating", "overriding", "jumpering", "bridging",
    ]
    static let wires: Set<String> = ["short", "bridge", "jumper", "jump", "shunt", "tie"]
    static let fitting: Set<String> = [
        "install", "insert", "fit", "place", "put", "connect", "add", "attach", "solder", "clip", "use", "make",
        "apply", "run", "wire",
    ]
    static let jumpers: Set<String> = [
        "jumper", "jumpers", "bridge", "link", "wire", "wires", "shunt", "bypass", "cable", "strap", "override",
        "overrides",
        "bypasses", "links", "bridges",
    ]
    static let across: Set<String> = ["to", "for", "at", "on"]
    static let holders: Set<String> = [
        "tape", "wire", "screwdriver", "magnet", "wedge", "clamp", "stick", "wood", "zip", "tie", "ties", "weight",
        "string",
        "rope", "rag", "glue", "nail",
    ]
    static let running: Set<String> = [
        "run", "operate", "start", "restart", "continue", "jog", "cycle", "work", "produce", "drive", "move", "resume",
        "go", "use",
    ]
    static let defeated: Set<String> = [
        "open", "opened", "removed", "off", "bypassed", "defeated", "disabled", "jumpered", "shorted", "bridged",
        "overridden",
        "inactive", "disconnected", "muted", "missing", "deactivated", "unlocked",
    ]
    static let defeatedByHand: Set<String> = [
        "bypassed", "defeated", "disabled", "jumpered", "shorted", "bridged", "overridden", "disconnected", "muted",
        "removed",
    ]
    /// What remove and disconnect are also about, near a device.
    static let partsOfGuards: Set<String> = [
        "screw", "screws", "bolt", "bolts", "connector", "connectors", "plug", "cable", "cables", "wiring", "fuse",
        "dirt", "dust",
        "key", "pin", "bracket", "obstacle", "obstruction", "object", "objects", "tape", "foreign", "chips", "swarf",
        "frame",
        "panel", "handle", "hinge", "nuts", "nut", "material",
    ]
    static let motion: Set<String> = [
        "running", "runs", "motion", "moving", "moves", "rotating", "turning", "operation", "operating", "cycling",
        "production",
        "spinning", "working", "turns",
    ]
    static let stopped: Set<String> = [
        "not", "no", "never", "stopped", "stops", "until", "longer", "ends", "ended", "finished", "isnt", "without",
        "before",
        "after", "over", "off", "out", "light", "lights", "hours",
    ]
    /// A sentence goes another way here.
    static let stops: Set<String> = [
        ",", "when", "while", "if", "until", "with", "without", "after", "before", "then", "so", "because", "for",
        "unless", "is",
        "are", "was", "to", "and", "but", "has", "have", "from", "at", "on",
    ]
    /// Before a noun, or before what somebody else does.
    static let beforeNouns: Set<String> = [
        "the", "a", "an", "of", "in", "at", "on", "for", "with", "from", "this", "that", "any", "no", "each", "every",
        "its",
        "their", "is", "are", "was", "were", "be", "been", "interlock", "guard", "safety", "feed", "speed", "rapid",
        "spindle",
        "who", "which", "they", "operators", "operator", "people", "persons", "door", "brake", "manual", "valve", "not",
        "does",
        "did", "has", "have", "h", "wire", "under", "axis", "load", "jog", "test", "cannot", "will",
    ]
    static let attempts: Set<String> = [
        "attempt", "attempts", "attempted", "tried", "tries", "trying", "possible", "able", "failure", "failed",
    ]
    /// How many words such a word reaches over.
    static let negations: [String: Int] = [
        "not": 4, "dont": 4, "never": 4, "cannot": 4, "cant": 4, "mustnt": 4, "without": 2, "avoid": 2, "no": 1,
        "nobody": 4,
        "prohibited": 2, "forbidden": 2, "refrain": 3, "prevent": 3, "neither": 4, "nor": 4, "than": 1, "illegal": 2,
        "dangerous": 2,
    ]
    static let emphasis: Set<String> = [
        "under", "any", "circumstances", "in", "case", "ever", "try", "attempt", "to", "be", "please", "no", "account",
        "on", "must",
        "from", "at", "all", "times", "the",
    ]
    /// `do not forget to bypass` asks for it.
    static let breaking: Set<String> = [
        "forget", "hesitate", "fail", "wait", "worry", "before", "until", "if", "when", "then", "but", "only",
        "instead", "just", "fear",
        "because", "unless", "so", "stop",
    ]
    static let listed: Set<String> = [
        "remove", "modify", "alter", "disconnect", "change", "tamper", "open", "with", "bypass", "operate", "run",
        "use", "start",
        "reach", "enter", "touch", "clean", "repair", "adjust",
    ]
    static let afterNoun: Set<String> = [
        "valve", "valves", "line", "contactor", "filter", "relay", "pipe", "damper", "pump", "capacitor", "diode",
        "key", "mode",
        "hose", "of", "rectifier", "module", "driver", "crane", "knob", "command", "signal", "button", "attempt",
        "request", "switch",
        "fault", "failure", "error", "active", "alarm", "detected", "circuited", "time", "range", "is", "was", "or",
        "plug",
    ]
    static let determiners: Set<String> = [
        "the", "a", "an", "terminals", "terminal", "contacts", "pins", "pin", "both", "interlock", "guard", "safety",
        "door", "input",
        "this", "its", "all", "contact",
    ]
}
