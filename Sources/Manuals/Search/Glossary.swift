/// Words for one thing, in English, Chinese and as abbreviations: a question in one finds a manual that uses another.
public struct Glossary: Sendable {
    /// Phrases that mean the same, in any inflection and in either form of Chinese.
    public struct Group: Sendable, Hashable {
        public let phrases: [String]
        /// Tells how something is, such as `too hot`, instead of naming it: other words may say the same.
        public let isState: Bool

        public init(_ phrases: [String], isState: Bool = false) {
            self.phrases = phrases
            self.isState = isState
        }
    }

    public let groups: [Group]
    /// Which groups a phrase belongs to.
    let table: PhraseTable<Int>
    /// The phrases of each group as the index has them.
    let phrases: [[SearchPhrase]]
    /// Every Latin word of a phrase, folded.
    let words: Set<String>

    public init(groups: [Group] = []) {
        self.groups = groups
        var table = PhraseTable<Int>()
        for (number, group) in groups.enumerated() {
            for phrase in group.phrases { table.add(phrase, number) }
        }
        self.table = table
        phrases = groups.map { group in
            group.phrases.map { SearchPhrase(terms: SearchTokens.tokens(in: $0, for: .query).map(\.term)) }
        }
        words = Set(phrases.joined().flatMap(\.terms).filter { $0.utf8.allSatisfy { (0x61...0x7A).contains($0) } })
    }

    /// Both, a group of one staying beside one of the other that shares a phrase with it.
    public func adding(_ other: Glossary) -> Glossary { Glossary(groups: groups + other.groups) }
}
