import Domain

extension MachineID {
    /// Checks an id that comes from a configuration file or a topic.
    ///
    /// Ids become parts of topics and of idempotency keys, so they hold 1 to 64 letters and digits of any script, dots,
    /// hyphens and underscores.
    ///
    /// - Returns: nil for any other text.
    public init?(checking text: some StringProtocol) {
        guard (1...64).contains(text.count), text.utf8.count <= 256,
            text.allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) })
        else { return nil }
        self.init(rawValue: String(text))
    }
}
