import Domain

/// The fixed words around an answer, in its language.
struct Phrases {
    let answered: String
    let extract: String
    let ambiguous: String
    let notInManuals: String
    let suggestions: String
    let escalation: String
    let page: String
    let source: String
    /// Behind a source whose words were recognised on a scanned page.
    let scanned: String
    let approved: String
    let edited: String
    let repairs: String
    let step: String
    /// Before each of several procedures.
    let condition: @Sendable (_ cause: String) -> String
    /// The same for a record that names no cause.
    let procedure: @Sendable (_ number: Int, _ cite: String?) -> String
    /// The code is known, and there are no steps.
    let mentioned: String
    /// A row of a manual that is left out.
    let withheld: @Sendable (_ place: String, _ row: String) -> String
    /// In how many of all records something helped.
    let share: @Sendable (_ fixed: Int, _ records: Int) -> String

    static func of(_ language: Language) -> Phrases {
        switch language {
        case .english:
            Phrases(
                answered: "Steps", extract: "Steps, word for word from the manual",
                ambiguous: "Several machine models have this code. Say which machine:",
                notInManuals: "Not in the loaded manuals. No guess is made.", suggestions: "Did you mean:",
                escalation: "Call for help", page: "p.", source: "Source",
                scanned: "scanned page, compare with the paper", approved: "Approved by",
                edited: "Written and approved by",
                repairs: "This plant's own repairs (not from the manual)", step: "step",
                condition: { "If \($0):" },
                procedure: { number, cite in "Procedure \(number)\(cite.map { " [\($0)]" } ?? ""):" },
                mentioned: "The manuals have this code, but no steps that may be shown.",
                withheld: { "A row of \($0) is withheld until a person has looked at it: andon manual review (\($1))" },
                share: { "\($0) of \($1) times:" })
        case .traditionalChinese:
            Phrases(
                answered: "處置步驟", extract: "處置步驟（手冊原文）", ambiguous: "多種機型都有此代碼，請指明機台：",
                notInManuals: "已載入的手冊中沒有此項，不作推測。", suggestions: "您是否要找：", escalation: "求助",
                page: "頁", source: "出處", scanned: "掃描頁，請對照紙本", approved: "核可", edited: "編寫並核可",
                repairs: "本廠維修紀錄（非手冊內容）", step: "步驟", condition: { "若\($0)：" },
                procedure: { number, cite in "處置 \(number)\(cite.map { " [\($0)]" } ?? "")：" },
                mentioned: "手冊中有此代碼，但沒有可顯示的處置步驟。",
                withheld: { "\($0) 有一列內容暫不採用，待人員檢視：andon manual review（\($1)）" },
                share: { "\($1) 次中 \($0) 次：" })
        }
    }
}
