import Domain

/// A row of the code index.
struct CodeEntry: Hashable {
    let normalized: String
    /// Without the leading zeros of each number: `F004` and `F04` share `F4`.
    let variant: String
    /// The variant without a word that only announces a code: `AL-12` and `12` share `12`.
    let bare: String
    let written: String
    let role: CodeRole

    init(normalized: String, written: String, role: CodeRole) {
        self.normalized = normalized
        self.written = written
        self.role = role
        variant = CodeKeys.withoutZeros(normalized)
        bare = CodeKeys.number(of: normalized).map(CodeKeys.withoutZeros) ?? variant
    }

    /// Every entry of a passage: the codes it answers for, then those its text names.
    static func entries(of draft: PassageDraft) -> [CodeEntry] {
        var entries = draft.codes.map { code in
            let family = CodeFamily.pattern(of: code.written)
            return CodeEntry(
                normalized: family ?? code.normalized, written: code.written,
                role: family == nil ? .answers : .family)
        }
        // A section for another fault that says "see P101" has no steps for P101.
        guard draft.kind == .section, draft.codes.isEmpty else { return entries }
        for normalized in CodeRecognizer.mentions(in: draft.text).sorted() {
            entries.append(CodeEntry(normalized: normalized, written: normalized, role: .mention))
        }
        return entries
    }
}

/// Families of codes as manuals print them: `F3xxxx`, `AL.5□`, `E-2**`.
enum CodeFamily {
    private static let placeholders: Set<Character> = ["x", "X", "□", "*", "＊"]

    /// The normal form with `X` for each open digit; nil when the code is no family.
    ///
    /// A capital X alone could be a letter of the code, so it takes two.
    static func pattern(of written: String) -> String? {
        let open = written.reversed().prefix { placeholders.contains($0) }
        let fixed = written.dropLast(open.count)
        guard !open.isEmpty, fixed.contains(where: \.isNumber) || open.count >= 2,
            fixed.contains(where: { $0.isLetter || $0.isNumber }), open.count >= 2 || open.first != "X"
        else { return nil }
        return FaultCode.normalize(String(fixed)) + String(repeating: "X", count: open.count)
    }

    /// The families that a code can belong to, the narrowest first.
    static func patterns(covering normalized: String) -> [String] {
        let characters = Array(normalized)
        let digits = characters.reversed().prefix(while: \.isNumber).count
        guard digits > 0 else { return [] }
        return (1...digits).filter { $0 < characters.count }.map { open in
            String(characters.dropLast(open)) + String(repeating: "X", count: open)
        }
    }
}
