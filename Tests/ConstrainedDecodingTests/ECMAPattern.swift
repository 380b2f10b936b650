/// Decides by the text of ECMA-262 (section 22.2, with the `u` flag) whether a pattern is found in a text.
///
/// The specification's own matcher over code points: each part gives every place where a match of it can end. It shares
/// nothing with the module, and not Swift's regular expressions, whose classes, line ends and anchors are others and which
/// join CR LF to one character.
struct ECMAPattern {
    private indirect enum Node {
        case disjunction([Node])
        case sequence([Node])
        case character((Unicode.Scalar) -> Bool)
        case start
        case end
        case repeated(Node, atLeast: Int, atMost: Int?)
    }

    private let root: Node

    init(_ pattern: String) throws {
        var reader = Reader(rest: Array(pattern.unicodeScalars)[...])
        root = try reader.disjunction()
        guard reader.rest.isEmpty else { throw reader.unexpected() }
    }

    func isFound(in text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return !Self.ends(root, Set(0...scalars.count), scalars).isEmpty
    }

    /// Where a match of a node that begins at one of these places can end.
    private static func ends(_ node: Node, _ starts: Set<Int>, _ text: [Unicode.Scalar]) -> Set<Int> {
        switch node {
        case .disjunction(let choices): return choices.reduce(into: []) { $0.formUnion(ends($1, starts, text)) }
        case .sequence(let parts): return parts.reduce(starts) { ends($1, $0, text) }
        case .character(let accepts):
            return Set(starts.filter { $0 < text.count && accepts(text[$0]) }.map { $0 + 1 })
        // Without the `m` flag, only the text's own start and end.
        case .start: return starts.intersection([0])
        case .end: return starts.intersection([text.count])
        case .repeated(let part, let least, let most):
            var current = (0..<least).reduce(starts) { places, _ in ends(part, places, text) }
            var result = current
            var count = least
            while !current.isEmpty, most.map({ count < $0 }) ?? true {
                current = ends(part, current, text).subtracting(result)
                result.formUnion(current)
                count += 1
            }
            return result
        }
    }

    struct SyntaxError: Error {
        let rest: String
    }

    /// Reads the grammar of section 22.2.1.
    private struct Reader {
        var rest: ArraySlice<Unicode.Scalar>

        func unexpected() -> SyntaxError { SyntaxError(rest: String(String.UnicodeScalarView(rest))) }

        mutating func take(_ text: String) -> Bool {
            guard rest.starts(with: text.unicodeScalars) else { return false }
            rest = rest.dropFirst(text.unicodeScalars.count)
            return true
        }

        mutating func next() throws -> Unicode.Scalar {
            guard let scalar = rest.popFirst() else { throw unexpected() }
            return scalar
        }

        mutating func disjunction() throws -> Node {
            var choices: [Node] = []
            repeat {
                var parts: [Node] = []
                while let first = rest.first, first != "|", first != ")" { parts.append(try term()) }
                choices.append(.sequence(parts))
            } while take("|")
            return .disjunction(choices)
        }

        mutating func term() throws -> Node {
            if take("^") { return .start }
            if take("$") { return .end }
            let atom = try atom()
            guard let (least, most) = try quantifier() else { return atom }
            // A lazy quantifier finds the same texts.
            _ = take("?")
            return .repeated(atom, atLeast: least, atMost: most)
        }

        mutating func quantifier() throws -> (Int, Int?)? {
            if take("*") { return (0, nil) }
            if take("+") { return (1, nil) }
            if take("?") { return (0, 1) }
            guard take("{") else { return nil }
            let least = try number()
            if take("}") { return (least, least) }
            guard take(",") else { throw unexpected() }
            if take("}") { return (least, nil) }
            let most = try number()
            guard take("}") else { throw unexpected() }
            return (least, most)
        }

        mutating func number() throws -> Int {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            guard let value = Int(String(String.UnicodeScalarView(digits))) else { throw unexpected() }
            return value
        }

        mutating func atom() throws -> Node {
            if take("(") {
                if take("?<") {
                    while try next() != ">" {}
                } else {
                    _ = take("?:")
                }
                let group = try disjunction()
                guard take(")") else { throw unexpected() }
                return group
            }
            if take("[") { return .character(try characterClass()) }
            if take(".") { return .character { !ECMAPattern.isLineTerminator($0) } }
            if take("\\") { return .character(try escape().accepts) }
            let scalar = try next()
            guard !"*+?{}[]()|".unicodeScalars.contains(scalar) else { throw unexpected() }
            return .character { $0 == scalar }
        }

        mutating func characterClass() throws -> (Unicode.Scalar) -> Bool {
            let isNegated = take("^")
            var members: [(Unicode.Scalar) -> Bool] = []
            while !take("]") {
                let first = try classAtom()
                if let low = first.scalar, rest.first == "-", rest.dropFirst().first != "]" {
                    rest.removeFirst()
                    guard let high = try classAtom().scalar, low <= high else { throw unexpected() }
                    members.append { (low...high).contains($0) }
                } else {
                    members.append(first.accepts)
                }
            }
            return { scalar in members.contains { $0(scalar) } != isNegated }
        }

        mutating func classAtom() throws -> Atom {
            if take("\\") { return take("b") ? .one("\u{8}") : try escape() }
            return .one(try next())
        }

        enum Atom {
            case one(Unicode.Scalar)
            case several((Unicode.Scalar) -> Bool)

            var scalar: Unicode.Scalar? {
                if case .one(let scalar) = self { return scalar }
                return nil
            }

            var accepts: (Unicode.Scalar) -> Bool {
                switch self {
                case .one(let scalar): { $0 == scalar }
                case .several(let accepts): accepts
                }
            }
        }

        mutating func escape() throws -> Atom {
            let scalar = try next()
            switch scalar {
            case "d": return .several(ECMAPattern.isDigit)
            case "D": return .several { !ECMAPattern.isDigit($0) }
            case "w": return .several(ECMAPattern.isWord)
            case "W": return .several { !ECMAPattern.isWord($0) }
            case "s": return .several(ECMAPattern.isSpace)
            case "S": return .several { !ECMAPattern.isSpace($0) }
            case "t": return .one("\t")
            case "n": return .one("\n")
            case "v": return .one("\u{B}")
            case "f": return .one("\u{C}")
            case "r": return .one("\r")
            case "0": return .one("\0")
            case "c": return .one(Unicode.Scalar(UInt8(try next().value % 32)))
            case "x": return try one(hexadecimal(2))
            case "u" where take("{"):
                let digits = rest.prefix { $0 != "}" }
                let value = try hexadecimal(digits.count)
                guard take("}") else { throw unexpected() }
                return try one(value)
            case "u":
                let unit = try hexadecimal(4)
                guard (0xD800..<0xDC00).contains(unit), take("\\u") else { return try one(unit) }
                return try one(0x10000 + (unit - 0xD800) << 10 + (hexadecimal(4) - 0xDC00))
            case _ where "^$\\.*+?()[]{}|/-".unicodeScalars.contains(scalar): return .one(scalar)
            default: throw unexpected()
            }
        }

        func one(_ value: UInt32) throws -> Atom {
            guard let scalar = Unicode.Scalar(value) else { throw unexpected() }
            return .one(scalar)
        }

        mutating func hexadecimal(_ count: Int) throws -> UInt32 {
            let digits = String(String.UnicodeScalarView(rest.prefix(count)))
            rest = rest.dropFirst(count)
            guard digits.unicodeScalars.count == count, let value = UInt32(digits, radix: 16) else {
                throw unexpected()
            }
            return value
        }
    }

    /// LineTerminator, section 12.3.
    private static func isLineTerminator(_ scalar: Unicode.Scalar) -> Bool {
        "\n\r\u{2028}\u{2029}".unicodeScalars.contains(scalar)
    }

    /// WhiteSpace, section 12.2, and LineTerminator.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        "\t\u{B}\u{C}\u{FEFF}".unicodeScalars.contains(scalar) || scalar.properties.generalCategory == .spaceSeparator
            || isLineTerminator(scalar)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
}
