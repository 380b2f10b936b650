import GGUF

/// The tokens of a model: their bytes, their kinds, and how to find them.
struct Vocabulary: Sendable {
    /// Token types with the numbers of `tokenizer.ggml.token_type` (GGUF specification).
    enum Kind: UInt8, Sendable {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// What each token writes into text: nothing for control, unknown and unused tokens.
    let texts: ByteStrings
    let kinds: [Kind]
    /// The normal tokens by their bytes.
    let normal: ByteStringIndex
    /// The names of control and user-defined tokens, such as `<|im_end|>`.
    let special: SpecialTokens

    var count: Int { kinds.count }

    init(_ file: GGUFFile) throws(GGUFError) {
        let entries = try file.stringArray(Key.tokens)
        guard !entries.isEmpty else { throw file.badField(Key.tokens, "is empty") }
        kinds = try Self.kinds(file, count: entries.count)
        var texts = ByteStrings()
        var isByteLevel = [Bool](repeating: false, count: entries.count)
        var specials: [(name: [UInt8], id: Int32)] = []
        for (id, entry) in entries.enumerated() {
            switch kinds[id] {
            case .normal:
                isByteLevel[id] = texts.append { storage in
                    if ByteAlphabet.append(entry, to: &storage) { return true }
                    storage.append(contentsOf: entry.utf8)
                    return false
                }
            case .userDefined where entry != Self.paddingName(id):
                texts.append { $0.append(contentsOf: entry.utf8) }
                specials.append((Array(entry.utf8), Int32(id)))
            case .control:
                texts.append { _ in }
                specials.append((Array(entry.utf8), Int32(id)))
            case .userDefined, .unknown, .unused, .byte:
                texts.append { _ in }
            }
        }
        self.texts = texts
        normal = ByteStringIndex(texts) { isByteLevel[$0] }
        special = SpecialTokens(specials)
    }

    /// Converters fill a vocabulary up to the width of the embedding with such tokens, some as user-defined ones; they
    /// were never trained and stand for no text.
    private static func paddingName(_ id: Int) -> String { "[PAD\(id)]" }

    private static func kinds(_ file: GGUFFile, count: Int) throws(GGUFError) -> [Kind] {
        guard let numbers = try file.intArrayIfPresent(Key.tokenTypes) else {
            return [Kind](repeating: .normal, count: count)
        }
        guard numbers.count == count else {
            throw file.badField(Key.tokenTypes, "has \(numbers.count) entries for \(count) tokens")
        }
        var kinds: [Kind] = []
        kinds.reserveCapacity(count)
        for (id, number) in numbers.enumerated() {
            guard let kind = UInt8(exactly: number).flatMap(Kind.init(rawValue:)) else {
                throw file.badField(Key.tokenTypes, "is \(number) for token \(id); expected 1 to 6")
            }
            kinds.append(kind)
        }
        return kinds
    }
}

/// The metadata keys of a tokenizer.
enum Key {
    static let model = "tokenizer.ggml.model"
    static let preTokenizer = "tokenizer.ggml.pre"
    static let tokens = "tokenizer.ggml.tokens"
    static let tokenTypes = "tokenizer.ggml.token_type"
    static let merges = "tokenizer.ggml.merges"
    static let addsBeginning = "tokenizer.ggml.add_bos_token"
    static let beginningOfText = "tokenizer.ggml.bos_token_id"
    static let endOfText = "tokenizer.ggml.eos_token_id"
    static let endOfTurn = "tokenizer.ggml.eot_token_id"
    static let chatTemplate = "tokenizer.chat_template"
}

extension GGUFFile {
    func badField(_ key: String, _ detail: String) -> GGUFError {
        GGUFError(.badField, path: path, field: "metadata \"\(key)\"", detail: detail)
    }
}
