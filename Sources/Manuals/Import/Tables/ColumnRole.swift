import Foundation

/// What a column of a fault table, or a labelled line of a section, holds.
enum ColumnRole: Sendable, Hashable {
    case code, title, cause, remedy, escalation, safety, section, page, other
}

/// The header words that tell a column's role, in both languages: the one place to extend.
enum ColumnRoles {
    private static let words: [(role: ColumnRole, words: [String])] = [
        (
            .code,
            [
                "code", "codes", "fault code", "error code", "alarm code", "trip code", "fault no", "alarm no",
                "error no", "fault number", "alarm number", "error number", "display", "display code",
                "代碼", "代號", "故障碼", "故障代碼", "故障代號", "異常碼", "異常代碼", "異常代號", "警報碼", "警報代碼",
                "警報代號", "警報號碼", "警報編號", "錯誤碼", "錯誤代碼", "錯誤代號", "故障編號", "異常編號",
            ]
        ),
        (
            .title,
            [
                "fault", "alarm", "error", "description", "fault description", "name", "fault name", "alarm name",
                "message", "meaning", "designation", "text", "名稱", "異常名稱", "故障名稱", "警報名稱", "警報內容",
                "異常內容", "故障內容", "內容", "說明", "訊息", "警報訊息", "故障現象", "異常現象", "現象", "故障", "異常", "警報",
            ]
        ),
        (
            .cause,
            [
                "cause", "causes", "possible cause", "possible causes", "probable cause", "probable causes", "reason",
                "原因", "可能原因", "故障原因", "異常原因", "發生原因",
            ]
        ),
        (
            .remedy,
            [
                "remedy", "remedies", "action", "actions", "corrective action", "corrective actions", "countermeasure",
                "countermeasures", "measure", "measures", "solution", "what to do", "steps", "troubleshooting",
                "recommended action", "處置", "處理", "對策", "措施", "處置方法", "處置步驟", "處理方法", "處理方式", "處理步驟",
                "處理對策", "排除方法", "故障排除", "解決方法", "檢查與處置", "檢修方法",
            ]
        ),
        (.escalation, ["escalation", "call for help", "when to call service", "通報", "呈報", "聯絡時機"]),
        (
            .safety,
            ["safety", "warning", "warnings", "hazard", "hazards", "safety note", "安全", "警告", "危險", "安全注意", "安全警語"]
        ),
        (.section, ["section", "group", "chapter", "assembly", "部位", "章節", "類別", "系統", "單元"]),
        (.page, ["page", "p", "頁", "頁碼", "頁次"]),
    ]

    /// Words that head a code column only when its cells look like codes.
    private static let weakCodeWords: Set<String> = [
        "no", "number", "fault", "alarm", "error", "trip", "編號", "項次", "故障", "異常", "警報",
    ]

    private static let table: [String: ColumnRole] = Dictionary(
        words.flatMap { entry in entry.words.map { ($0, entry.role) } }, uniquingKeysWith: { first, _ in first })

    static func role(of header: String) -> ColumnRole { table[key(header)] ?? .other }

    /// Roles of a table's columns, or nil when it is no fault table: it needs a column of codes and one that tells
    /// about them.
    static func roles(ofHeader header: [String], rows: [[String]]) -> [ColumnRole]? {
        var roles = header.map(role(of:))
        if !roles.contains(.code) {
            let candidate = header.indices.first { column in
                mayHeadCodes(header[column]) && mostlyCodes(rows.map { $0[column] })
            }
            guard let candidate else { return nil }
            roles[candidate] = .code
        }
        guard roles.contains(where: { $0 == .title || $0 == .cause || $0 == .remedy }) else { return nil }
        return roles
    }

    /// True for words such as `No.` and `Alarm`, which head codes in one manual and something else in the next.
    static func mayHeadCodes(_ header: String) -> Bool { weakCodeWords.contains(key(header)) }

    private static func mostlyCodes(_ cells: [String]) -> Bool {
        let filled = cells.filter { !$0.trimmed.isEmpty }
        return !filled.isEmpty && filled.count(where: { !CodeRecognizer.codes(inCell: $0).isEmpty }) * 2 > filled.count
    }

    private static func key(_ header: String) -> String {
        TextCleaning.singleSpaced(
            String(
                header.precomposedStringWithCompatibilityMapping.lowercased()
                    .map { $0.isLetter || $0.isNumber ? traditional[$0] ?? $0 : " " }))
    }

    /// The simplified forms of the characters that header words are written with.
    private static let traditional: [Character: Character] = Dictionary(
        uniqueKeysWithValues: zip(
            "码异称报错误处对项编号显内说讯现发骤决检与联络时机险页类统单节呈",
            "碼異稱報錯誤處對項編號顯內說訊現發驟決檢與聯絡時機險頁類統單節呈"))
}
