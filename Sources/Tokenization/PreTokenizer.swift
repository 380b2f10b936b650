/// Cuts text into the words that byte pair encoding works on; merges never cross from one word into the next.
///
/// A new one is one entry in ``registry``, and a file with its pattern where no scanner fits.
struct PreTokenizer: Sendable {
    /// Where the word ends that starts at a position before the end; always after that position.
    let endOfWord: @Sendable (_ text: ClassifiedText, _ start: Int) -> Int
    /// Whether a word that is a token is taken whole, even where merges would not lead to it (`ignore_merges`).
    var takesWholeWords = false
    /// Whether a prompt begins with the beginning-of-text token in files that do not say so themselves.
    var beginsText = false

    /// By the names that `tokenizer.ggml.pre` has.
    ///
    /// Names share an entry where llama.cpp, which gives the names, treats them alike in all respects. So `smaug-bpe` is
    /// not here: its pattern is Llama 3's, but it takes no words whole.
    static let registry: [String: PreTokenizer] = [
        "qwen2": qwen2, "deepseek-r1-qwen": qwen2,
        "llama-bpe": llama3, "llama3": llama3, "llama-v3": llama3,
        "tekken": tekken,
    ]

    private static let qwen2 = PreTokenizer { text, start in
        GPTPattern.endOfWord(text, start, digitsPerWord: 1)
    }

    private static let llama3 = PreTokenizer(
        endOfWord: { text, start in GPTPattern.endOfWord(text, start, digitsPerWord: 3) },
        takesWholeWords: true, beginsText: true)

    private static let tekken = PreTokenizer(
        endOfWord: { text, start in TekkenPattern.endOfWord(text, start) },
        takesWholeWords: true, beginsText: true)
}
