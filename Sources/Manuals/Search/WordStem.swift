/// Takes inflections off English words, so that `overheats`, `overheated` and `overheating` are one term.
///
/// Step 1 of Porter's stemmer (M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980) and the final `e`
/// of its step 5: the endings of verbs and plurals. Its other steps join words that mean different things in a manual.
struct WordStem {
    private var letters: [UInt8]

    /// - Parameter word: lower-case ASCII letters.
    static func stem(_ word: String) -> String {
        guard word.utf8.count > 3 else { return word }
        var stem = WordStem(letters: Array(word.utf8))
        stem.removePlural()
        stem.removeVerbEnding()
        stem.removeFinalVowel()
        return String(decoding: stem.letters, as: UTF8.self)
    }

    private func ends(_ suffix: StaticString) -> Bool {
        suffix.withUTF8Buffer { letters.count > $0.count && letters.suffix($0.count).elementsEqual($0) }
    }

    private mutating func removePlural() {
        if ends("sses") || ends("ies") {
            letters.removeLast(2)
        } else if ends("s"), !ends("ss"), !ends("us"), !ends("is") {
            letters.removeLast()
        }
    }

    private mutating func removeVerbEnding() {
        if ends("eed") {
            if measure(letters.count - 3) > 0 { letters.removeLast() }
        } else if ends("ed"), hasVowel(letters.count - 2) {
            letters.removeLast(2)
            mendStem()
        } else if ends("ing"), hasVowel(letters.count - 3) {
            letters.removeLast(3)
            mendStem()
        }
    }

    /// What is left of `hopping`, `calibrating` and `sizing` gets the form of the bare verb.
    private mutating func mendStem() {
        guard let last = letters.last else { return }
        if ends("at") || ends("bl") || ends("iz") {
            letters.append(UInt8(ascii: "e"))
        } else if isShort {
            letters.append(UInt8(ascii: "e"))
        } else if letters.count > 2, letters[letters.count - 2] == last, !isVowel(letters.count - 1),
            !"lsz".utf8.contains(last)
        {
            letters.removeLast()
        }
    }

    private mutating func removeFinalVowel() {
        guard letters.count > 3, let last = letters.last else { return }
        if last == UInt8(ascii: "y"), hasVowel(letters.count - 1) {
            letters[letters.count - 1] = UInt8(ascii: "i")
        } else if last == UInt8(ascii: "e"), !ends("ee") {
            let stem = WordStem(letters: Array(letters.dropLast()))
            // `care` keeps its e, else it would be `car`.
            if stem.measure(stem.letters.count) > 0, !stem.isShort { letters.removeLast() }
        }
    }

    /// One vowel between two consonants at the end, and no other group of them: what `moving` and `care` leave.
    private var isShort: Bool {
        let last = letters.count - 1
        return last >= 2 && measure(letters.count) == 1 && !isVowel(last) && isVowel(last - 1) && !isVowel(last - 2)
            && !"wxy".utf8.contains(letters[last])
    }

    private func isVowel(_ index: Int) -> Bool {
        let letter = letters[index]
        if "aeiou".utf8.contains(letter) { return true }
        return letter == UInt8(ascii: "y") && index > 0 && !isVowel(index - 1)
    }

    private func hasVowel(_ length: Int) -> Bool { (0..<length).contains(where: isVowel) }

    /// How often a vowel is followed by a consonant in the first letters: Porter's m.
    private func measure(_ length: Int) -> Int {
        (0..<max(0, length - 1)).count { isVowel($0) && !isVowel($0 + 1) }
    }
}
