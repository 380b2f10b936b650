import GGUF

/// Byte-level byte pair encoding, with the vocabulary, merges and special tokens of a GGUF file.
///
/// Immutable after `init`; any number of threads may use it. Text is not normalised: what a manual says, it says.
public final class Tokenizer: Sendable {
    let vocabulary: Vocabulary
    let merges: MergeTable
    let preTokenizer: PreTokenizer
    /// The token that the model expects at the beginning of every prompt; `nil` if it expects none.
    public let beginningOfText: Int32?
    /// The tokens that end a generation.
    public let endOfGeneration: Set<Int32>

    /// Reads the tokenizer of a model or of a vocabulary-only file.
    ///
    /// - Throws: ``GGUFError`` naming the metadata key, for a tokenizer model other than `gpt2`, a pre-tokenizer that is not
    ///   supported (with those that are), a merge whose tokens are not in the vocabulary, a missing byte, or a
    ///   beginning of text that is asked for and not named.
    public init(gguf file: GGUFFile) throws(GGUFError) {
        let model = try file.string(Key.model)
        guard model == "gpt2" else {
            throw GGUFError(
                .unsupportedType, path: file.path, field: "metadata \"\(Key.model)\"",
                detail: "\"\(model)\" is not supported; supported: \"gpt2\" (byte-level BPE)")
        }
        let name = try file.string(Key.preTokenizer)
        guard let preTokenizer = PreTokenizer.registry[name] else {
            let supported = PreTokenizer.registry.keys.sorted().joined(separator: ", ")
            throw GGUFError(
                .unsupportedType, path: file.path, field: "metadata \"\(Key.preTokenizer)\"",
                detail: "\"\(name)\" is not supported; supported: \(supported)")
        }
        self.preTokenizer = preTokenizer
        vocabulary = try Vocabulary(file)
        merges = try MergeTable(file, vocabulary)
        beginningOfText = try Self.beginningOfText(file, vocabulary, preTokenizer)
        endOfGeneration = try Self.endOfGeneration(file, vocabulary)
    }

    /// Tokens in the vocabulary; ids are 0 up to this. A model's output may be wider.
    public var vocabularyCount: Int { vocabulary.count }

    /// Whether a token is a control or user-defined one, which only control text may contain.
    public func isSpecial(_ id: Int32) -> Bool {
        guard vocabulary.kinds.indices.contains(Int(id)) else { return false }
        switch vocabulary.kinds[Int(id)] {
        case .control, .userDefined: return true
        case .normal, .unknown, .unused, .byte: return false
        }
    }

    /// The control or user-defined token of a name such as `<|im_end|>`.
    public func specialID(_ name: String) -> Int32? {
        vocabulary.special.id(of: Array(name.utf8)[...])
    }

    /// The bytes that a token writes into text; often part of a character. None for control, unknown and unused tokens and
    /// for ids outside the vocabulary; a user-defined token writes its name.
    public func tokenBytes(_ id: Int32) -> [UInt8] {
        vocabulary.kinds.indices.contains(Int(id)) ? Array(vocabulary.texts[Int(id)]) : []
    }

    /// The text of tokens; bytes that are not UTF-8 become U+FFFD.
    public func decode(_ ids: [Int32]) -> String {
        var bytes: [UInt8] = []
        for id in ids where vocabulary.kinds.indices.contains(Int(id)) {
            bytes.append(contentsOf: vocabulary.texts[Int(id)])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func beginningOfText(
        _ file: GGUFFile, _ vocabulary: Vocabulary, _ preTokenizer: PreTokenizer
    ) throws(GGUFError) -> Int32? {
        guard try file.boolIfPresent(Key.addsBeginning) ?? preTokenizer.beginsText else { return nil }
        return try id(Key.beginningOfText, file.uint(Key.beginningOfText), file, vocabulary)
    }

    private static func id(
        _ key: String, _ value: Int, _ file: GGUFFile, _ vocabulary: Vocabulary
    ) throws(GGUFError) -> Int32 {
        guard value < vocabulary.count else {
            throw file.badField(key, "is \(value); the vocabulary has \(vocabulary.count) tokens")
        }
        return Int32(value)
    }

    /// The ids that the file names, and the control tokens that model families end a turn, a text or a file with but
    /// that files often fail to name.
    private static func endOfGeneration(_ file: GGUFFile, _ vocabulary: Vocabulary) throws(GGUFError) -> Set<Int32> {
        var ids: Set<Int32> = []
        for key in [Key.endOfText, Key.endOfTurn] {
            guard let value = try file.uintIfPresent(key) else { continue }
            ids.insert(try id(key, value, file, vocabulary))
        }
        let names = [
            "<|endoftext|>", "<|im_end|>", "<|end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "</s>",
            "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
        ]
        for name in names {
            guard let id = vocabulary.special.id(of: Array(name.utf8)[...]) else { continue }
            if vocabulary.kinds[Int(id)] == .control { ids.insert(id) }
        }
        return ids
    }
}
