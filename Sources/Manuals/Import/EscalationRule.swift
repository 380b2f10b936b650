/// Recognises the sentence that says when to call for help.
enum EscalationRule {
    private static let calls = [
        "call", "contact", "notify", "inform", "ask", "consult", "report", "escalate", "hand over", "get in touch",
    ].map { " \($0) " }
    private static let conditions = ["if", "when", "should", "in case", "as long as", "otherwise"].map { " \($0) " }
    private static let persistence = [
        "persist", "return", "remain", "reappear", "recur", "again", "still", "does not clear", "not cleared",
        "cannot be", "continue", "comes back", "occurs more", "not solved", "fails", "keeps",
    ].map { " \($0)" }
    private static let helpers = [
        "service", "maintenance", "technician", "electrician", "maker", "manufacturer", "supplier", "support",
        "specialist", "supervisor", "engineer", "team",
    ].map { " \($0)" }
    private static let chineseCalls = ["聯絡", "聯繫", "連絡", "通知", "洽詢", "洽", "報修", "送修", "呼叫", "請求支援", "通報"]
    private static let chineseConditions = ["若", "如", "倘", "當", "仍", "再次", "持續", "時"]

    static func matches(_ sentence: String) -> Bool {
        if sentence.containsCJK {
            return chineseCalls.contains(where: sentence.holds) && chineseConditions.contains(where: sentence.holds)
        }
        let comma = UInt8(ascii: ",")
        let blank = UInt8(ascii: " ")
        let words = String(decoding: sentence.lowercased().utf8.map { $0 == comma ? blank : $0 }, as: UTF8.self)
        let lowered = " \(words) "
        return calls.contains(where: lowered.holds) && conditions.contains(where: lowered.holds)
            && (persistence.contains(where: lowered.holds) || helpers.contains(where: lowered.holds))
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
