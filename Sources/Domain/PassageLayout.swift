/// Where a passage stands on its page, under which header row, and how its words were had.
public struct PassageLayout: Codable, Sendable, Hashable {
    /// nil where the document has no pages.
    public let box: PageBox?
    /// The header row of the table that the passage is a row of; empty for sections.
    public let header: [String]
    /// The words were recognised on a scanned page and may be misread.
    public let isOCR: Bool

    enum CodingKeys: String, CodingKey {
        case box, header
        case isOCR = "ocr"
    }

    public init(box: PageBox? = nil, header: [String] = [], isOCR: Bool = false) {
        self.box = box
        self.header = header
        self.isOCR = isOCR
    }
}

/// A rectangle on a page, in points of 1/72 inch from the page's top left corner.
public struct PageBox: Codable, Sendable, Hashable {
    public let left: Double
    public let top: Double
    public let width: Double
    public let height: Double

    public init(left: Double, top: Double, width: Double, height: Double) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }

    /// The smallest rectangle around both.
    public func union(_ other: PageBox) -> PageBox {
        let left = min(self.left, other.left)
        let top = min(self.top, other.top)
        return PageBox(
            left: left, top: top, width: max(self.left + self.width, other.left + other.width) - left,
            height: max(self.top + self.height, other.top + other.height) - top)
    }
}
