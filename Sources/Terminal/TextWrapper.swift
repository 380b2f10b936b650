/// Breaks text into lines of at most a number of cells.
///
/// Latin words stay whole where they fit; Chinese breaks between any two characters, except that closing punctuation
/// does not begin a line. No character is ever split.
public struct TextWrapper {
    public let width: Int

    /// - Parameter width: cells a line; at least 2, the width of one Chinese character.
    public init(width: Int) { self.width = max(2, width) }

    public func wrap(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrapLine(String($0)) }
    }

    private func wrapLine(_ line: String) -> [String] {
        var lines: [String] = []
        var current = ""
        var currentCells = 0
        for piece in pieces(of: line) {
            let cells = DisplayWidth.cells(of: piece)
            if currentCells + cells > width, !current.isEmpty {
                lines.append(trimmed(current))
                current = ""
                currentCells = 0
                if piece.allSatisfy(\.isWhitespace) { continue }
            }
            if cells > width {
                for character in piece {
                    let characterCells = DisplayWidth.cells(of: character)
                    if currentCells + characterCells > width {
                        lines.append(current)
                        current = ""
                        currentCells = 0
                    }
                    current.append(character)
                    currentCells += characterCells
                }
            } else {
                current += piece
                currentCells += cells
            }
        }
        lines.append(trimmed(current))
        return lines
    }

    /// Runs that must not be broken: words, spaces, and single wide characters with the punctuation that clings to them.
    private func pieces(of line: String) -> [String] {
        var pieces: [String] = []
        for character in line {
            let isWide = DisplayWidth.cells(of: character) == 2
            guard let last = pieces.last, let lastCharacter = last.last else {
                pieces.append(String(character))
                continue
            }
            let lastIsWide = DisplayWidth.cells(of: lastCharacter) == 2
            let clings = Self.closing.contains(character) && !lastCharacter.isWhitespace
            let sameWord =
                !isWide && !lastIsWide && character.isWhitespace == lastCharacter.isWhitespace
            if clings || sameWord {
                pieces[pieces.count - 1].append(character)
            } else {
                pieces.append(String(character))
            }
        }
        return pieces
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while let last = line.last, last.isWhitespace { line.removeLast() }
        return line
    }

    private static let closing: Set<Character> = [
        "。", "，", "、", "；", "：", "！", "？", "）", "」", "』", "】", "》", "〉", "％", "℃",
    ]
}
