/// How the tokens after the next one are guessed, so that one pass checks several.
///
/// Whatever is guessed, the text is the same, greedily and drawn: a guess is taken only where it is what the model chooses.
public struct Speculation: Sendable {
    /// How many of the tokens that are guessed one pass checks.
    public enum Extent: Sendable {
        /// As many as save time on the device, by what its steps took.
        case paying
        /// As many as fit a step, for measurements: passes are then as few as guesses allow, on any device.
        case all
    }

    /// Whether tokens are also guessed from what followed the same words earlier, not only what the grammar forces.
    public var looksUp = true
    public var extent = Extent.paying
    private let bytes: @Sendable (Int32) -> [UInt8]
    private let encode: @Sendable ([UInt8]) -> [Int32]

    /// - Parameters:
    ///   - bytes: the text of a token.
    ///   - encode: text as the model's tokenizer cuts it, never as control tokens; may give nothing for bytes that are no
    ///     text.
    public init(
        bytes: @escaping @Sendable (Int32) -> [UInt8], encode: @escaping @Sendable ([UInt8]) -> [Int32]
    ) {
        self.bytes = bytes
        self.encode = encode
    }

    /// Text that must follow a token, cut as the model would have cut it across the border.
    func tokens(of text: [UInt8], after last: Int32) -> [Int32] {
        let across = encode(bytes(last) + text)
        return across.first == last ? Array(across.dropFirst()) : encode(text)
    }

    /// Tokens from their first letter on: without a list's mark, and without the space that a string does not begin with.
    func firstWords(of tokens: ArraySlice<Int32>) -> [Int32] {
        let words = tokens.drop { token in !bytes(token).contains(where: Self.isLetter) }
        guard let first = words.first else { return [] }
        let text = bytes(first)
        let trimmed = Array(text.drop { !Self.isLetter($0) })
        return (trimmed.count == text.count ? [first] : encode(trimmed)) + words.dropFirst()
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...: true
        default: false
        }
    }
}
