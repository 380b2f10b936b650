import Foundation

/// A document as `pandoc -t json` prints it, reduced to what manuals need while it is decoded.
///
/// Format: pandoc-types 1.22, module Text.Pandoc.Definition: `{"t": constructor, "c": its arguments}`.
struct PandocDocument: Decodable {
    let metadata: [String: String]
    let blocks: [PandocBlock]

    private enum CodingKeys: String, CodingKey { case meta, blocks }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        metadata = try container.decode([String: MetaValue].self, forKey: .meta).compactMapValues(\.text)
        blocks = try container.decode([PandocBlock].self, forKey: .blocks)
    }

    /// Values other than texts are of no use here.
    private struct MetaValue: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let element = try decoder.container(keyedBy: ElementKeys.self)
            switch try element.decode(String.self, forKey: .type) {
            case "MetaInlines": text = try element.decode(PandocInlines.self, forKey: .content).text
            case "MetaString": text = try element.decode(String.self, forKey: .content)
            default: text = nil
            }
        }
    }
}

private enum ElementKeys: String, CodingKey {
    case type = "t"
    case content = "c"
}

/// Running text without its marks; line breaks stay.
struct PandocInlines: Decodable {
    private(set) var text = ""
    /// The text begins in bold.
    private(set) var isMarked = false

    init(from decoder: any Decoder) throws {
        var elements = try decoder.unkeyedContainer()
        while !elements.isAtEnd {
            let element = try elements.nestedContainer(keyedBy: ElementKeys.self)
            let type = try element.decode(String.self, forKey: .type)
            if text.isEmpty, type == "Strong" { isMarked = true }
            try add(type, element)
        }
    }

    private mutating func add(_ type: String, _ element: KeyedDecodingContainer<ElementKeys>) throws {
        switch type {
        case "Str": text += try element.decode(String.self, forKey: .content)
        case "Space", "SoftBreak": text += " "
        case "LineBreak": text += "\n"
        case "Emph", "Strong", "Underline", "Strikeout", "Subscript", "SmallCaps":
            text += try element.decode(PandocInlines.self, forKey: .content).text
        case "Superscript": text += Self.raised(try element.decode(PandocInlines.self, forKey: .content).text)
        case "Quoted", "Cite", "Link", "Span":
            // Attributes, citations or the kind of quotes come first.
            var arguments = try element.nestedUnkeyedContainer(forKey: .content)
            try arguments.skip()
            let inner = try arguments.decode(PandocInlines.self).text
            text += type == "Quoted" ? "\"\(inner)\"" : inner
        case "Code", "Math":
            var arguments = try element.nestedUnkeyedContainer(forKey: .content)
            try arguments.skip()
            text += try arguments.decode(String.self)
        default: break
        }
    }

    /// 10³ must not become 103.
    private static func raised(_ text: String) -> String {
        let raised = Dictionary(uniqueKeysWithValues: zip("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"))
        let mapped = text.compactMap { raised[$0] }
        return mapped.count == text.count ? String(mapped) : "^" + text
    }
}

/// A block; kinds that carry no text are `other`.
indirect enum PandocBlock: Decodable {
    case heading(level: Int, PandocInlines)
    case paragraph(PandocInlines)
    /// Lines that stand as they are.
    case lines([String])
    case quote([PandocBlock])
    case list(isNumbered: Bool, start: Int, items: [[PandocBlock]])
    case definitions([(term: PandocInlines, meanings: [[PandocBlock]])])
    case table(PandocTable)
    case group([PandocBlock])
    case other

    init(from decoder: any Decoder) throws {
        let element = try decoder.container(keyedBy: ElementKeys.self)
        switch try element.decode(String.self, forKey: .type) {
        case "Plain", "Para": self = .paragraph(try element.decode(PandocInlines.self, forKey: .content))
        case "LineBlock": self = .lines(try element.decode([PandocInlines].self, forKey: .content).map(\.text))
        case "CodeBlock":
            var arguments = try element.nestedUnkeyedContainer(forKey: .content)
            try arguments.skip()
            self = .lines(try arguments.decode(String.self).split(separator: "\n").map(String.init))
        case "BlockQuote": self = .quote(try element.decode([PandocBlock].self, forKey: .content))
        case "BulletList":
            let items = try element.decode([[PandocBlock]].self, forKey: .content)
            self = .list(isNumbered: false, start: 1, items: items)
        case "OrderedList":
            var arguments = try element.nestedUnkeyedContainer(forKey: .content)
            var attributes = try arguments.nestedUnkeyedContainer()
            let start = try attributes.decode(Int.self)
            self = .list(isNumbered: true, start: start, items: try arguments.decode([[PandocBlock]].self))
        case "DefinitionList":
            var entries = try element.nestedUnkeyedContainer(forKey: .content)
            var definitions: [(PandocInlines, [[PandocBlock]])] = []
            while !entries.isAtEnd {
                var entry = try entries.nestedUnkeyedContainer()
                definitions.append((try entry.decode(PandocInlines.self), try entry.decode([[PandocBlock]].self)))
            }
            self = .definitions(definitions)
        case "Header":
            var arguments = try element.nestedUnkeyedContainer(forKey: .content)
            let level = try arguments.decode(Int.self)
            try arguments.skip()
            self = .heading(level: level, try arguments.decode(PandocInlines.self))
        case "Table": self = .table(try element.decode(PandocTable.self, forKey: .content))
        case "Div":
            var arguments = try element.nestedUnkeyedContainer(forKey: .content)
            try arguments.skip()
            self = .group(try arguments.decode([PandocBlock].self))
        default: self = .other
        }
    }
}

/// The rows of a table's head, bodies and foot.
struct PandocTable: Decodable {
    struct Cell {
        let rows: Int
        let columns: Int
        let blocks: [PandocBlock]
    }

    let columns: Int
    private(set) var rows: [[Cell]] = []

    /// Arguments: attributes, caption, columns, head, bodies, foot.
    init(from decoder: any Decoder) throws {
        var arguments = try decoder.unkeyedContainer()
        try arguments.skip()
        try arguments.skip()
        var widths = try arguments.nestedUnkeyedContainer()
        var count = 0
        while !widths.isAtEnd {
            try widths.skip()
            count += 1
        }
        columns = count
        var head = try arguments.nestedUnkeyedContainer()
        try head.skip()
        rows += try Self.rows(&head)
        var bodies = try arguments.nestedUnkeyedContainer()
        while !bodies.isAtEnd {
            // Attributes, columns that head rows, rows that head the body, rows.
            var body = try bodies.nestedUnkeyedContainer()
            try body.skip()
            try body.skip()
            rows += try Self.rows(&body)
            rows += try Self.rows(&body)
        }
        var foot = try arguments.nestedUnkeyedContainer()
        try foot.skip()
        rows += try Self.rows(&foot)
    }

    private static func rows(_ container: inout any UnkeyedDecodingContainer) throws -> [[Cell]] {
        var list = try container.nestedUnkeyedContainer()
        var rows: [[Cell]] = []
        while !list.isAtEnd {
            var row = try list.nestedUnkeyedContainer()
            try row.skip()
            var cells = try row.nestedUnkeyedContainer()
            var read: [Cell] = []
            while !cells.isAtEnd {
                var cell = try cells.nestedUnkeyedContainer()
                try cell.skip()
                try cell.skip()
                read.append(
                    Cell(
                        rows: try cell.decode(Int.self), columns: try cell.decode(Int.self),
                        blocks: try cell.decode([PandocBlock].self)))
            }
            rows.append(read)
        }
        return rows
    }
}

extension UnkeyedDecodingContainer {
    /// Passes over a value of any kind.
    fileprivate mutating func skip() throws { _ = try decode(AnyValue.self) }
}

private struct AnyValue: Decodable {
    init(from decoder: any Decoder) throws {}
}
