/// Recognises the sentence that says when to call for help.
enum EscalationRule {
    private static let calls = [
        "call", "contact", "notify", "inform", "ask", "consult", "report", "escalate", "hand over", "get in touch",
    ]
    private static let conditions = ["if", "when", "should", "in case", "as long as", "otherwise"]
    private static let persistence = [
        "persist", "return", "remain", "reappear", "recur", "again", "still", "does not clear", "not cleared",
        "cannot be", "continue", "comes back", "occurs more", "not solved", "fails", "keeps",
    ]
    private static let helpers = [
        "service", "maintenance", "technician", "electrician", "maker", "manufacturer", "supplier", "support",
        "specialist", "supervisor", "engineer", "team",
    ]
    private static let chineseCalls = ["聯絡", "聯繫", "連絡", "通知", "洽詢", "洽", "報修", "送修", "呼叫", "請求支援", "通報"]
    private static let chineseConditions = ["若", "如", "倘", "當", "仍", "再次", "持續", "時"]

    static func matches(_ sentence: String) -> Bool {
        if sentence.containsCJK {
            return chineseCalls.contains(where: sentence.contains)
                && chineseConditions.contains(where: sentence.contains)
        }
        let lowered = " " + sentence.lowercased().replacing(",", with: " ") + " "
        let has = { (words: [String]) in words.contains { lowered.contains(" \($0)") } }
        return has(calls.map { $0 + " " }) && has(conditions.map { $0 + " " }) && (has(persistence) || has(helpers))
    }

    /// Parts the escalation sentences of a text from the others.
    static func extract(from text: String) -> (rest: String, escalation: [String]) {
        let sentences = Sentences.split(text)
        let escalation = sentences.filter(matches)
        guard !escalation.isEmpty else { return (text.trimmed, []) }
        let rest = sentences.filter { !matches($0) }
        return (TextCleaning.joinWrapped(rest), escalation)
    }
}
