/// Finds sentences that tell to defeat what keeps people from harm: to bypass an interlock, a guard or an emergency stop,
/// or to reach into a machine that runs.
///
/// Sentences that forbid it, that ask whether it was done, that name it as a cause, or that undo it are none; nor is work
/// on such a device ("Replace the guard switch"). English stands here, Chinese in ``HanProtectionDefeat``.
enum ProtectionDefeat {
    /// - Parameter hasServiceWork: the row speaks of repairing or refitting, so that taking a guard off is a part of that.
    static func isFound(in text: ScreenText, hasServiceWork: Bool) -> Bool {
        text.sentences.contains { spacedOut.matches(Sentence($0).spacedLetters) }
            || text.sentences.contains { Sentence($0).defeatsProtection(hasServiceWork: hasServiceWork) }
            || text.clauses.contains { HanProtectionDefeat.isFound(in: $0, hasServiceWork: hasServiceWork) }
    }

    /// Words whose letters stand apart, and so nobody's honest words.
    private static let spacedOut = Pattern(
        "(bypass|defeat|override|jumper|disable|shorto?u?t?|bridge|tiedown)[a-z]{0,12}(interlock|guard|safety|lightcurtain|estop|emergency|door|twohand)"
    )

    private static let serviceWords = [
        "refit", "reinstall", "replac", "put back", "fit the", "clean", "inspect", "lubricat", "tighten", "adjust",
        "measure",
        "renew", "exchange", "tension", "repair", "blockage", "jammed", "更换", "更換", "換", "换", "清潔", "清洁", "裝回", "装回",
        "復原", "复原", "檢查", "检查", "潤滑", "润滑", "調整", "调整", "安裝", "安装", "清除", "鎖緊", "锁紧",
    ]

    static func hasServiceWork(_ text: String) -> Bool {
        let lowered = text.lowercased()
        return serviceWords.contains(where: lowered.holds)
    }
}

/// The words of one sentence, lower case, commas among them.
private struct Sentence {
    let words: [String]

    init(_ words: [String]) { self.words = words }

    func defeatsProtection(hasServiceWork: Bool) -> Bool {
        let devices = words.indices.filter { Words.protection(words, at: $0) != nil }
        let speaksOfEntry = words.contains { Words.entries.contains($0) || Words.covers.contains($0) }
        guard !devices.isEmpty || speaksOfEntry else { return false }
        return words.indices.contains { index in
            guard isOrdered(at: index), !isForbidden(at: index) else { return false }
            return bypasses(at: index) || insertsJumper(at: index) || holdsDown(at: index) || usesBypass(at: index)
                || runsUnguarded(at: index) || takesAway(at: index, hasServiceWork: hasServiceWork)
                || reachesIn(at: index)
        } || permitsBypass()
    }

    /// The letters that stand alone, one after the other.
    var spacedLetters: String { words.filter { $0.utf8.count == 1 }.joined() }

    // MARK: What is told

    /// `bypass the interlock K9`, `short terminals 3 and 4 of the safety relay`.
    private func bypasses(at index: Int) -> Bool {
        let verb = words[index]
        guard Words.defeating.contains(verb), !isNoun(at: index) else { return false }
        var place = index + 1
        if ["short", "jumper", "bridge"].contains(verb), word(place) == "circuit" || word(place) == "out" {
            place += 1
        }
        guard let device = firstProtection(from: place, within: 7, over: Words.wires.contains(verb) ? ["to"] : [])
        else {
            return false
        }
        // To unlatch an emergency stop is to deactivate it, but not its circuit.
        return
            !(["deactivate", "disable"].contains(verb) && ["emergency", "e", "estop"].contains(words[device])
            && firstIndex(
                of: ["circuit", "circuits", "chain", "relay", "loop", "input", "function"], from: device, within: 4)
                == nil)
    }

    /// `fit a jumper across the guard switch`.
    private func insertsJumper(at index: Int) -> Bool {
        guard Words.fitting.contains(words[index]),
            let part = firstIndex(of: Words.jumpers, from: index + 1, within: 4)
        else { return false }
        let isWire = ["wire", "link", "cable", "bridge"].contains(words[part])
        guard let device = firstProtection(from: part + 1, within: 7, over: Words.across) else { return false }
        return !isWire
            || words[part..<device].contains { ["across", "around", "over", "past", "between"].contains($0) }
    }

    /// `hold the guard switch closed with tape`, `wire around the interlock`.
    private func holdsDown(at index: Int) -> Bool {
        if ["wire", "loop", "jump", "link"].contains(words[index]),
            ["around", "past", "out", "across", "over"].contains(word(index + 1))
        {
            return firstProtection(from: index + 2, within: 5) != nil
        }
        guard ["hold", "press", "push", "keep", "block", "jam", "lock", "fix", "secure"].contains(words[index]),
            let device = firstProtection(from: index + 1, within: 4)
        else { return false }
        return firstIndex(of: Words.holders, from: device + 1, within: 7) != nil && words[device...].contains("with")
    }

    /// `activate the guard override`.
    private func usesBypass(at index: Int) -> Bool {
        guard
            ["activate", "enable", "use", "engage", "set", "turn", "switch", "apply", "select"].contains(words[index]),
            let bypass = firstIndex(of: ["bypass", "override"], from: index + 1, within: 6),
            firstGuard(from: index + 1, within: bypass - index) != nil
        else { return false }
        return firstIndex(of: ["off", "0", "normal", "locked", "remove"], from: bypass + 1, within: 5) == nil
    }

    /// `run the press with the guard open`, `continue without the light curtain`.
    private func runsUnguarded(at index: Int) -> Bool {
        guard Words.running.contains(words[index]), !Words.afterNoun.contains(word(index + 1)) else { return false }
        let end = min(words.count, index + 12)
        return (index..<end).contains { place in
            if words[place] == "without" {
                guard let device = firstGuard(from: place + 1, within: 4) else { return false }
                return !words[(place + 1)..<device].contains {
                    ["opening", "removing", "touching", "damaging"].contains($0)
                }
            }
            guard words[place] == "with", let device = firstGuard(from: place + 1, within: 4) else { return false }
            return words[(place + 1)..<device].contains(where: Words.defeated.contains)
                || firstIndex(
                    of: Words.defeated, from: device + 1, within: 3, over: Words.stops.subtracting(["is", "are"]))
                    != nil
        }
    }

    /// `disconnect the light curtain`; `remove the guard` where nothing is said of work on it.
    private func takesAway(at index: Int, hasServiceWork: Bool) -> Bool {
        guard ["remove", "disconnect", "unplug", "dismantle", "detach", "uninstall"].contains(words[index]),
            !hasServiceWork,
            let device = firstGuard(from: index + 1, within: 4, over: []),
            !words[(index + 1)..<device].contains(where: {
                Words.jumpers.contains($0) || Words.partsOfGuards.contains($0)
            })
        else { return false }
        let isPlain = Words.protection(words, at: device) == nil
        if isPlain {
            return words[device] == "guard" || words[device] == "guards"
                ? words[index] == "remove" && words.count <= 6 : false
        }
        let length = Words.protection(words, at: device) ?? 1
        return !Words.partsOfGuards.contains(word(device + length))
    }

    /// `open the guard while the press is running`, `reach into the die without stopping`.
    private func reachesIn(at index: Int) -> Bool {
        let isEntry: Bool
        switch words[index] {
        case "open", "lift", "remove", "raise", "unlock", "unlatch":
            isEntry = firstGuard(from: index + 1, within: 4) != nil
        case "reach", "climb", "crawl", "step", "lean", "enter", "go", "get", "walk", "stand":
            isEntry = firstIndex(of: Words.insides, from: index + 1, within: words[index] == "enter" ? 4 : 2) != nil
        case "put", "insert", "place", "stick", "push":
            isEntry =
                firstIndex(
                    of: ["hand", "hands", "finger", "fingers", "arm", "arms", "head"], from: index + 1, within: 3)
                != nil
        default: isEntry = false
        }
        return isEntry && machineRuns
    }

    /// `the interlock may be bypassed`.
    private func permitsBypass() -> Bool {
        words.indices.contains { index in
            guard let length = Words.protection(words, at: index),
                let modal = firstIndex(
                    of: ["may", "can", "could", "should", "must", "shall", "might"], from: index + length, within: 3,
                    over: []),
                let done = firstIndex(of: Words.defeatedByHand, from: modal + 1, within: 4, over: ["be"])
            else { return false }
            return !words[modal..<done].contains { ["not", "never", "only", "by"].contains($0) }
                && words[modal..<done].contains("be")
                && !words[..<index].contains { ["no", "neither", "that", "check", "whether", "if"].contains($0) }
        }
    }

    // MARK: How it is told

    /// A verb in its place as an order: not a noun behind an article, and not what somebody else does.
    private func isOrdered(at index: Int) -> Bool {
        guard index > 0 else { return true }
        let before = words[index - 1]
        if before == "to", index > 1, Words.attempts.contains(words[index - 2]) { return false }
        if before == "you", index > 1, ["if", "when", "that", "before"].contains(words[index - 2]) { return false }
        return !Words.beforeNouns.contains(before)
    }

    /// Whether a negation governs the verb, or the sentence's end forbids it.
    private func isForbidden(at index: Int) -> Bool {
        let start = max(0, index - 7)
        for place in stride(from: index - 1, through: start, by: -1) {
            guard let reach = Words.negations[words[place]] else { continue }
            let between = words[(place + 1)..<index].filter { !Words.emphasis.contains($0) }
            if between.contains(where: Words.breaking.contains) { return false }
            let items = between.filter { $0 != "," && $0 != "or" && $0 != "and" }
            let isList = items.allSatisfy { Words.listed.contains($0) || Words.defeating.contains($0) }
            return isList || (items.count <= reach && !between.contains(","))
        }
        guard
            let ban = firstIndex(
                of: ["prohibited", "forbidden", "not", "never"], from: index + 1, within: 12,
                over: ["is", "are", "to", "be"])
        else {
            return false
        }
        return ["is", "are", "strictly", "must", "may", "be"].contains(words[ban - 1])
    }

    private func isNoun(at index: Int) -> Bool {
        let next = word(index + 1)
        if Words.afterNoun.contains(next) { return true }
        if words[index] == "short" {
            if ["to", "in", "at", "on", "between"].contains(next) { return true }
            if next == "circuit" || next == "circuits" { return !Words.determiners.contains(word(index + 2)) }
        }
        return false
    }

    /// The sentence says that the machine moves meanwhile.
    private var machineRuns: Bool {
        words.indices.contains { index in
            switch words[index] {
            case "while", "whilst", "when", "with", "as", "during", "although", "is", "are", "still":
                guard
                    let motion = firstIndex(of: Words.motion, from: index + 1, within: 6, over: ["is", "are", "while"])
                else { return false }
                let gap = words[(index + 1)..<motion]
                if gap.contains(where: Words.stopped.contains) || Words.stopped.contains(word(motion + 1)) {
                    return false
                }
                let needsIn = ["operation", "production", "motion"].contains(words[motion])
                return !needsIn || words[index] == "during" || words[motion - 1] == "in" || words[motion - 1] == "full"
            case "without":
                return ["stopping", "switching", "locking", "shutting", "isolating"].contains(word(index + 1))
            case "keep", "leave", "let":
                return firstIndex(of: Words.motion, from: index + 1, within: 5) != nil
            default: return false
            }
        }
    }

    // MARK: Places

    private func word(_ index: Int) -> String { words.indices.contains(index) ? words[index] : "" }

    private func firstIndex(
        of wanted: Set<String>, from start: Int, within count: Int, over allowed: Set<String> = Words.stops
    ) -> Int? {
        for index in start..<max(start, min(words.count, start + count)) {
            if wanted.contains(words[index]) { return index }
            if Words.stops.contains(words[index]), !allowed.contains(words[index]) { return nil }
        }
        return nil
    }

    private func firstProtection(from start: Int, within count: Int, over allowed: Set<String> = []) -> Int? {
        for index in start..<max(start, min(words.count, start + count)) {
            if Words.protection(words, at: index) != nil { return index }
            if words[index] == "and", let digit = word(index + 1).first, digit.isNumber { continue }
            if Words.stops.contains(words[index]), !allowed.contains(words[index]) { return nil }
        }
        return nil
    }

    /// A device, or a plain guard, cover or door.
    private func firstGuard(from start: Int, within count: Int, over allowed: Set<String> = []) -> Int? {
        for index in start..<max(start, min(words.count, start + count)) {
            if Words.protection(words, at: index) != nil || Words.covers.contains(words[index]) { return index }
            if Words.stops.contains(words[index]), !allowed.contains(words[index]) { return nil }
        }
        return nil
    }
}
