/// An automaton over bytes that accepts the documents of a ``JSONSchema``, or the texts of a pattern or a list.
///
/// Documents are compact: no white space between tokens and properties in the schema's order, so that a document has
/// one shape and a model decides only about content. The automaton never enters a state from which no document can be
/// reached. It is a value that any number of threads may use.
public final class Grammar: Sendable {
    let book: RuleBook
    /// Every byte that some document holds.
    let usedBytes: ByteSet

    /// - Throws: ``SchemaError`` when no document fits the schema, or when it is larger than ``SchemaLimits`` allow.
    public convenience init(schema: JSONSchema) throws(SchemaError) {
        self.init(book: try GrammarCompiler.compile(schema.nodes))
    }

    /// A grammar of the texts that a pattern matches from beginning to end, written as they are.
    ///
    /// - Parameter pattern: The regular part of ECMA-262, as for the keyword `pattern` of ``JSONSchema``.
    /// - Throws: ``SchemaError`` with the place in the pattern.
    public convenience init(pattern: String) throws(SchemaError) {
        let automaton: ByteAutomaton?
        do {
            let regex = try RegexParser.parse(pattern).wholeText(isAnchored: true)
            automaton = try PatternAutomaton.automaton(regex, .bare)
        } catch {
            throw SchemaError(error, path: "#")
        }
        guard let automaton else {
            throw SchemaError(code: .unsatisfiable, path: "#", detail: "no text matches the pattern")
        }
        self.init(book: GrammarCompiler.compile(automaton))
    }

    /// A grammar of some texts, written as they are.
    ///
    /// - Parameter choices: 1 to ``SchemaLimits/alternatives`` texts.
    /// - Throws: ``SchemaError`` when there are none or too many.
    public convenience init(choices: [String]) throws(SchemaError) {
        guard !choices.isEmpty else { throw SchemaError(code: .invalid, path: "#", detail: "no choices") }
        let sizeBytes = choices.reduce(0) { $0 + $1.utf8.count }
        guard choices.count <= SchemaLimits.alternatives, sizeBytes <= SchemaLimits.literalBytes else {
            throw SchemaError(
                code: .tooLarge, path: "#",
                detail: "\(choices.count) choices of \(sizeBytes) bytes, the limits are \(SchemaLimits.alternatives)"
                    + " and \(SchemaLimits.literalBytes)")
        }
        self.init(book: GrammarCompiler.compile(choices.map { Array($0.utf8) }))
    }

    private init(book: RuleBook) {
        self.book = book
        usedBytes = book.usedBytes
    }

    /// Whether these bytes are one of the documents, written as a model would have to write it.
    public func accepts(_ document: some Sequence<UInt8>) -> Bool {
        var stack = FrameStack()
        var places = start
        for byte in document {
            places = advanced(places, byte, &stack)
            guard !places.isEmpty else { return false }
        }
        return places.contains { book.mayEnd($0, stack) }
    }

    /// The places before the first byte.
    var start: [Cursor] {
        book.choices[0].filter { book.heights[$0] <= SchemaLimits.depth }.map { rule in
            let cursor = Cursor(top: book.frame(entering: rule))
            // The text of no bytes is whole from the start.
            let isOver = book.mayEnd(cursor.top) && book.first(of: rule).next(from: 0) == nil
            return isOver ? Cursor(top: .none, depth: 0) : cursor
        }
    }
}
