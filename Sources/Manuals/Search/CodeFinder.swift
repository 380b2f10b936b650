import Domain
import Foundation

/// Tells the fault code in what a person typed or a machine logged: `F004 on press`, `alarm 12`,
/// `2026-03-01 08:15:30.123 [ERR] press-07 ALM P101 p=12.5`.
struct CodeFinder {
    static let longestQuestion = 1_000
    private static let mostWords = 120
    private static let shortQuestion = 6

    let index: CodeIndex

    /// The code that the text asks about; nil when it asks in words.
    ///
    /// From sure to likely: where the machine's log format has it; the whole text; behind an announcing word; a known
    /// code anywhere; a known code but for zeros where a code is expected. An unknown code counts only where it is
    /// announced or alone: `HF-20` in "replace filter HF-20" is a part. A code that is announced, and has a form that
    /// codes of the library have, is never passed over for a known one further on: the question is about it.
    func code(in text: String) throws -> FaultCode? {
        let line = CodeFinder.prepared(text)
        if let logged = loggedCode(in: line) { return logged }
        let whole = FaultCode(line).flatMap { $0.normalized.count <= Retriever.longestCode ? $0 : nil }
        if let whole, CodeKeys.withoutAnnouncements(whole.normalized).count == 1,
            try isKnown(whole, tiers: [.exact, .variant, .family])
        {
            return whole
        }
        let words = CodeWord.words(of: line, most: CodeFinder.mostWords)
        var announcedUnknown: CodeWord?
        for word in words where word.isAnnounced && !word.isMeasured {
            if let code = try known(word, tiers: [.exact, .announced, .variant, .family]) { return code }
            guard word.hasCodeShape, try index.knowsForm(letters: word.letters) else {
                if announcedUnknown == nil, word.mayBeCode { announcedUnknown = word }
                continue
            }
            return word.code
        }
        for word in words where word.isUnmistakable {
            if let code = try known(word, tiers: [.exact]) { return code }
        }
        for word in words where word.hasCodeShape && (index.modelKey != nil || word.position == 0) {
            // `ER16` is a collet as long as no code begins with ER.
            guard try word.letters.count > 2 || index.knowsForm(letters: word.letters) else { continue }
            if let code = try known(word, tiers: [.announced, .variant]) { return code }
        }
        if let announcedUnknown { return announcedUnknown.code }
        if let whole, let alone = try alone(words, in: whole) { return alone }
        if let whole, try isKnown(whole, tiers: [.announced, .variant]) { return whole }
        return try onlyNumber(of: words)
    }

    /// The code of a text that is no more than that, or Chinese around one of a form that the library knows: the 2 of
    /// `2號泵浦漏油` (pump no. 2 leaks) is none.
    private func alone(_ words: [CodeWord], in whole: FaultCode) throws -> FaultCode? {
        guard words.count == 1, let word = words.first, word.mayBeCode else { return nil }
        let isAll = CodeKeys.withoutAnnouncements(whole.normalized).contains(word.code.normalized)
        return try isAll || (word.hasCodeShape && index.knowsForm(letters: word.letters)) ? word.code : nil
    }

    /// Marks of hexadecimal numbers and dashes that only look like hyphens get one form.
    static func prepared(_ text: String) -> String {
        var line = String(text.prefix(longestQuestion)).precomposedStringWithCompatibilityMapping
        for dash in ["‐", "‑", "‒", "–", "—", "−", "ー"] where line.contains(dash) {
            line = line.replacing(dash, with: "-")
        }
        return line.contains("16#") ? line.replacing("16#", with: "0x") : line
    }

    private func loggedCode(in line: String) -> FaultCode? {
        for format in index.forms.logFormats {
            guard let start = line.range(of: format.before, options: .caseInsensitive)?.upperBound else { continue }
            let rest = line[start...].drop { $0 == " " }
            let token: Substring
            if format.after.isEmpty {
                token = rest.prefix(while: CodeRecognizer.isCodeCharacter)
            } else {
                guard let end = rest.range(of: format.after, options: .caseInsensitive)?.lowerBound else { continue }
                token = rest[..<end]
            }
            if let code = FaultCode(String(token)), code.normalized.count <= Retriever.longestCode { return code }
        }
        return nil
    }

    /// The one number of a short question, where the machine has codes that are numbers: "what does 1105 mean".
    private func onlyNumber(of words: [CodeWord]) throws -> FaultCode? {
        let numbers = words.filter { $0.written.contains(where: \.isNumber) }
        guard index.modelKey != nil, words.count <= CodeFinder.shortQuestion, numbers.count == 1,
            let number = numbers.first, number.written.allSatisfy(\.isNumber), number.written.count >= 3,
            !number.isMeasured
        else { return nil }
        return try known(number, tiers: [.exact])
    }

    private enum Tier { case exact, announced, variant, family }

    private func known(_ word: CodeWord, tiers: [Tier]) throws -> FaultCode? {
        for code in word.readings where try isKnown(code, tiers: tiers) { return code }
        return nil
    }

    private func isKnown(_ code: FaultCode, tiers: [Tier]) throws -> Bool {
        for tier in tiers {
            let owners =
                switch tier {
                case .exact: try index.owners(ofExact: code.normalized)
                case .announced: try index.owners(ofAnnounced: code)
                case .variant: try index.owners(ofVariantOf: code)
                case .family: try index.owners(ofFamilyOf: code)
                }
            if !owners.isEmpty { return true }
        }
        return false
    }
}
