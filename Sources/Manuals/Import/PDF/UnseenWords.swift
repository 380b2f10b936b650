import Domain

/// Collects the words of a PDF that cannot be seen, and marks them at the end.
///
/// Where next to all words of a script cannot be seen, the drawing program lacks their font, as the one for Chinese on
/// machines without one: then nothing can be told, and a person is asked to look.
struct UnseenWords {
    private struct Place {
        let page: Int
        let word: Int
        let isChinese: Bool
    }

    private static let leastWords = 20
    private static let lackingShare = 0.9

    private var places: [Place] = []
    private var words: [Bool: Int] = [:]
    private var undrawn: [Int] = []

    /// - Parameters:
    ///   - page: its place in the document, from 0.
    ///   - ink: nil when the page could not be drawn.
    mutating func look(at page: LayoutPage, _ index: Int, ink: PageInk?) {
        guard !page.words.isEmpty else { return }
        guard let ink else {
            undrawn.append(index + 1)
            return
        }
        for word in page.words { words[word.text.containsCJK, default: 0] += 1 }
        places += ink.unseen(page.words, pageHeight: page.height).map {
            Place(page: index, word: $0, isChinese: page.words[$0].text.containsCJK)
        }
    }

    /// Marks the words, and warns of what could not be told.
    func mark(_ pages: inout [LayoutPage], warnings: inout [ImportWarning]) {
        for isChinese in [false, true] {
            let unseen = places.filter { $0.isChinese == isChinese }
            let all = words[isChinese, default: 0]
            if all >= Self.leastWords, Double(unseen.count) >= Self.lackingShare * Double(all) {
                warnings.append(
                    ImportWarning(
                        .pageNeedsEyes, page: unseen.first.map { $0.page + 1 },
                        "\(unseen.count) of the document's \(all) \(isChinese ? "Chinese" : "Latin") words are not drawn, by the"
                            + " document's will or for want of a font here: whether it hides text could not be told"))
                continue
            }
            for place in unseen {
                let word = pages[place.page].words[place.word]
                pages[place.page].words[place.word] = LayoutWord(
                    text: HiddenText.marked(word.text), left: word.left, top: word.top, right: word.right,
                    bottom: word.bottom)
            }
        }
        for page in undrawn.prefix(20) {
            warnings.append(
                ImportWarning(
                    .pageNeedsEyes, page: page, "could not be drawn, so whether it hides text could not be told"))
        }
    }
}
