/// The language of an answer or a manual.
public enum Language: String, Codable, Sendable, Hashable, CaseIterable {
    case traditionalChinese = "zh-TW"
    case english = "en"
}
