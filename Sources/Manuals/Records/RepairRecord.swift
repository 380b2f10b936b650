import Domain

/// A repair that was done, as a plant's own list has it.
struct RepairRecord: Sendable, Hashable {
    enum Outcome: String, Sendable {
        case fixed, partly
        case notFixed = "not-fixed"
        case unknown

        private static let words: [(outcome: Outcome, words: Set<String>)] = [
            (
                .notFixed,
                ["not fixed", "no", "failed", "unsolved", "not ok", "nok", "open", "未修復", "未解決", "無效", "未排除", "失敗"]
            ),
            (.partly, ["partly", "partial", "temporary", "workaround", "部分", "暫時", "暫時排除", "部分修復"]),
            (
                .fixed,
                [
                    "fixed", "ok", "yes", "solved", "resolved", "done", "closed", "repaired", "works", "已修復", "修復",
                    "完成", "正常", "已排除", "排除", "已解決", "解決", "恢復正常", "有效",
                ]
            ),
        ]

        /// - Parameter text: a result column's cell.
        init(_ text: String) {
            let key = text.precomposedStringWithCompatibilityMapping.lowercased().trimmed
                .trimmingCharacters(in: .punctuationCharacters)
            self = Outcome.words.first { $0.words.contains(key) }?.outcome ?? .unknown
        }
    }

    /// `2026-03-01`.
    var day: String?
    var machine: MachineID?
    var model: MachineModel
    var code: FaultCode
    /// What was done.
    var action: String
    var outcome: Outcome
}

/// Reads a day as the lists of European, Asian and Taiwanese plants write it.
enum RecordDay {
    /// - Returns: `2026-03-01`; nil for anything that is no day of 1990 to 2100.
    static func parse(_ text: String) -> String? {
        let digits = text.trimmed.prefix { $0.isASCII && ($0.isNumber || "-/. 年月日".contains($0)) || "年月日".contains($0) }
        let parts = digits.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        let (year, month, day) =
            switch (parts[0], parts[2]) {
            case (1990...2100, _): (parts[0], parts[1], parts[2])
            // The Taiwanese calendar counts years from 1912.
            case (79...189, 1...31): (parts[0] + 1911, parts[1], parts[2])
            case (1...31, 1990...2100): (parts[2], parts[1], parts[0])
            default: (0, 0, 0)
            }
        guard (1990...2100).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(day))"
    }
}
