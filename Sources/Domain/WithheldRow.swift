/// Why a row of a manual waits for a person's eyes.
public enum WithholdingReason: String, Codable, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case addressesSoftware = "addresses-software"
    case defeatsProtection = "defeats-protection"
    case hiddenText = "hidden-text"
    case invisibleCharacters = "invisible-characters"

    public var description: String {
        switch self {
        case .addressesSoftware: "speaks to the software that reads the manual instead of a person"
        case .defeatsProtection: "tells to defeat an interlock or a guard, or to reach in while the machine runs"
        case .hiddenText: "has text that the document hides by its format, color, size or place"
        case .invisibleCharacters: "has invisible characters inside its words, or ones that turn their order"
        }
    }
}

/// A row of a manual that counts only once a person has looked at it: it is found, cited and shown nowhere until then.
///
/// It carries no word of the row.
public struct WithheldRow: Codable, Sendable, Hashable {
    /// What `andon manual review` calls it.
    public let row: String
    public let manual: String
    public let page: Int?
    public let reasons: [WithholdingReason]

    public init(row: String, manual: String, page: Int?, reasons: [WithholdingReason]) {
        self.row = row
        self.manual = manual
        self.page = page
        self.reasons = reasons
    }
}
