import Domain

/// Looks at finished passages for what a manual does not say to its reader, and takes the marks of hidden text out.
///
/// What it finds is withheld for a person's eyes, not refused: a rule cannot tell a forged row from an odd one.
struct RowScreen {
    /// Safety blocks and headings recur with each row below them.
    private var known: [String: Set<WithholdingReason>] = [:]
    private static let mostKnown = 10_000

    /// - Returns: the passage without marks, and with the reasons to withhold it.
    mutating func screened(_ draft: PassageDraft) -> PassageDraft {
        var reasons: Set<WithholdingReason> = []
        let told = [draft.title ?? ""] + draft.heading
        let shared = draft.safety.flatMap { [$0.signalWord, $0.text] }
        for text in told + shared + [draft.text, draft.escalation ?? ""] + draft.remedies + draft.cells
            + draft.codes.map(\.written) + draft.layout.header
        {
            reasons.formUnion(HiddenText.reasons(in: text))
        }
        let hasServiceWork = ProtectionDefeat.hasServiceWork(draft.text)
        for text in told + shared { reasons.formUnion(look(at: text)) }
        reasons.formUnion(Self.reasons(in: draft.text, hasServiceWork: hasServiceWork))
        for remedy in draft.remedies where draft.remedies.count > 1 || !draft.text.holds(remedy) {
            reasons.formUnion(Self.reasons(in: remedy, hasServiceWork: hasServiceWork))
        }
        // What was parted over cells stands together without their headers.
        if draft.cells.count > 1, SoftwareAddress.isFound(in: ScreenText(draft.cells.joined(separator: " "))) {
            reasons.insert(.addressesSoftware)
        }
        var screened = reasons.isDisjoint(with: [.hiddenText, .invisibleCharacters]) ? draft : draft.unmarked()
        screened.cells = []
        screened.withheldFor = WithholdingReason.allCases.filter(reasons.contains)
        return screened
    }

    static func reasons(in text: String, hasServiceWork: Bool = false) -> Set<WithholdingReason> {
        let text = ScreenText(text)
        var reasons: Set<WithholdingReason> = []
        if SoftwareAddress.isFound(in: text) { reasons.insert(.addressesSoftware) }
        if ProtectionDefeat.isFound(in: text, hasServiceWork: hasServiceWork) { reasons.insert(.defeatsProtection) }
        return reasons
    }

    private mutating func look(at text: String) -> Set<WithholdingReason> {
        if let found = known[text] { return found }
        let found = Self.reasons(in: text, hasServiceWork: true)
        if known.count < RowScreen.mostKnown { known[text] = found }
        return found
    }
}

extension PassageDraft {
    fileprivate func unmarked() -> PassageDraft {
        var draft = self
        draft.title = title.map(HiddenText.unmarked)
        draft.heading = heading.map(HiddenText.unmarked)
        draft.codes = codes.compactMap { FaultCode(HiddenText.unmarked($0.written)) }
        draft.text = HiddenText.unmarked(text)
        draft.remedies = remedies.map(HiddenText.unmarked)
        draft.escalation = escalation.map(HiddenText.unmarked)
        draft.safety = safety.map {
            SafetyBlock(signalWord: HiddenText.unmarked($0.signalWord), text: HiddenText.unmarked($0.text))
        }
        draft.layout = PassageLayout(
            box: layout.box, header: layout.header.map(HiddenText.unmarked), isOCR: layout.isOCR)
        return draft
    }
}
