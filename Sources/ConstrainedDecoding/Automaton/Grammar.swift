/// A ``JSONSchema`` compiled to an automaton over bytes that accepts exactly the compact JSON documents of the schema.
///
/// Compact means no white space between tokens and properties in the schema's order, so that a document has one shape
/// and a model decides only about content. The automaton never enters a state from which no document can be reached.
public final class Grammar: Sendable {
    let rules: [Rule]
    let parts: [SequencePart]
    let text: [UInt8]
    let literals: LiteralTries
    /// Every byte that some document holds, in ascending order.
    let usedBytes: [UInt8]
    private let root: Int

    /// - Throws: ``SchemaError`` when the schema is larger than ``SchemaLimits`` allow.
    public init(schema: JSONSchema) throws(SchemaError) {
        var compiler = GrammarCompiler()
        root = try compiler.compile(schema.root, path: "#", depth: 1)
        rules = compiler.rules
        parts = compiler.parts
        text = compiler.text
        literals = compiler.literals
        usedBytes = compiler.usedBytes.sorted()
    }

    /// The place before the first byte.
    var start: Cursor { Cursor(top: Frame(rule: root).entering(rules[root])) }

    /// Whether the document may end at `cursor`.
    func mayEnd(_ cursor: Cursor, _ stack: FrameStack) -> Bool {
        var cursor = cursor
        while let top = cursor.top {
            guard mayEnd(top) else { return false }
            stack.pop(&cursor)
        }
        return true
    }

    /// Moves `cursor` over one byte.
    ///
    /// - Returns: False when the byte cannot follow; `cursor` is then of no use.
    func advance(_ cursor: inout Cursor, _ stack: inout FrameStack, _ byte: UInt8) -> Bool {
        while var top = cursor.top {
            switch step(&top, byte) {
            case .taken:
                cursor.top = top
                return true
            case .last:
                stack.pop(&cursor)
                return true
            case .enter(let rule):
                cursor.top = top
                stack.push(Frame(rule: rule).entering(rules[rule]), onto: &cursor)
            case .ended: stack.pop(&cursor)
            case .rejected: return false
            }
        }
        return false
    }
}

extension Frame {
    /// The frame before its rule's first byte.
    func entering(_ rule: Rule) -> Frame {
        var frame = self
        switch rule {
        case .sequence(let parts): frame.state = parts.lowerBound
        case .literals(let root): frame.state = root
        case .repeated, .string, .integer, .number: break
        }
        return frame
    }
}
