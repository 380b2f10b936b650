/// Which columns of a list of repairs hold what.
public struct RecordColumns: Sendable, Hashable {
    public enum Role: String, Sendable, CaseIterable {
        case date, machine, model, code, action, result
    }

    /// Header words as given by the person who imports; they count before the known ones.
    public var headers: [Role: String]

    public init(headers: [Role: String] = [:]) { self.headers = headers }

    private static let words: [Role: Set<String>] = [
        .date: ["date", "day", "time", "repaired on", "日期", "維修日期", "時間", "發生日期", "完成日期"],
        .machine: ["machine", "machine id", "asset", "equipment", "line", "機台", "設備", "機台編號", "設備編號", "機器"],
        .model: ["model", "machine model", "type", "機型", "型號"],
        .code: [
            "code", "fault", "fault code", "error code", "alarm", "alarm code", "代碼", "故障碼", "故障代碼", "異常代碼",
            "警報代碼", "錯誤代碼",
        ],
        .action: [
            "action", "what was done", "done", "work", "repair", "remedy", "measure", "solution", "處置", "維修內容", "處理",
            "處理方式", "處置內容", "維修", "對策", "措施", "作業內容",
        ],
        .result: ["result", "outcome", "fixed", "status", "success", "結果", "狀態", "成效", "是否修復", "維修結果"],
    ]

    /// Finds the columns of a header row.
    ///
    /// - Returns: nil unless it has at least a code and an action.
    func places(in header: [String]) -> [Role: Int]? {
        let keys = header.map(Self.key)
        var places: [Role: Int] = [:]
        for role in Role.allCases {
            if let given = headers[role] {
                places[role] = keys.firstIndex(of: Self.key(given))
            } else {
                places[role] = keys.firstIndex { Self.words[role]?.contains($0) ?? false }
            }
        }
        return places[.code] != nil && places[.action] != nil ? places : nil
    }

    /// The first given header that a row lacks.
    func missing(in header: [String]) -> String? {
        let keys = Set(header.map(Self.key))
        return Role.allCases.compactMap { headers[$0] }.first { !keys.contains(Self.key($0)) }
    }

    private static func key(_ header: String) -> String {
        TextCleaning.singleSpaced(
            header.precomposedStringWithCompatibilityMapping.lowercased().replacing("_", with: " "))
    }
}
