/// The words that grade a hazard. With them a model would pose as the manual's safety text.
enum SignalWords {
    private static let words = ["danger", "warning", "caution", "notice", "危險", "危险", "警告", "注意", "警語"]

    static func start(_ text: [Unicode.Scalar]) -> Bool {
        let start = text.drop { !$0.properties.isAlphabetic }
        let head = String(String.UnicodeScalarView(start.prefix(16))).lowercased()
        return words.contains { head.hasPrefix($0) }
    }
}
