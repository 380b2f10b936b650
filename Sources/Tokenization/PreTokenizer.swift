/// Cuts text into the words that byte pair encoding works on; merges never cross from one word into the next.
///
/// A new one is one entry in ``registry``, and a file with its pattern where no scanner fits.
struct PreTokenizer: Sendable {
    /// Where the word ends that starts at a position before the end; always after that position.
    let endOfWord: @Sendable (_ text: ClassifiedText, _ start: Int) -> Int

    /// By the names that `tokenizer.ggml.pre` has.
    static let registry: [String: PreTokenizer] = [
        "qwen2": PreTokenizer { text, start in GPTPattern.endOfWord(text, start, digitsPerWord: 1) }
    ]
}
