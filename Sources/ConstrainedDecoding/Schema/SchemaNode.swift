/// What may stand at a place of a document: a value of one of some shapes.
///
/// Nodes refer to each other by index, so a recursive schema is a graph with a cycle.
struct SchemaNode: Sendable, Hashable {
    /// Where the schema stands, the first one where several apply together.
    let path: String
    /// None where nothing fits.
    let shapes: [SchemaShape]
    /// Why nothing fits, empty where the schema is `false`.
    let contradiction: String
}

/// Values of one kind, with bounds on all that is written.
enum SchemaShape: Sendable, Hashable {
    /// One of some values, written as compact JSON.
    case literals([JSONValue])
    case string(StringShape)
    case integer(ClosedRange<Int>, multipleOf: Int)
    /// A decimal number without exponent, in units of 10^-9.
    case number(ClosedRange<Int128>)
    case array(ArrayShape)
    case object(ObjectShape)
}

struct StringShape: Sendable, Hashable {
    /// The quoted texts of a pattern or format; the lower bound of `length` is then 0. Nil for any text.
    var automaton: ByteAutomaton?
    /// In Unicode scalars; an escape counts as the scalar that it stands for.
    var length: ClosedRange<Int>
    /// Forbids escapes.
    var isPlain: Bool
}

struct ArrayShape: Sendable, Hashable {
    /// The nodes of the first elements.
    var prefix: [Int]
    /// The node of all further elements, nil when there are none.
    var rest: Int?
    var count: ClosedRange<Int>
}

struct ObjectShape: Sendable, Hashable {
    struct Property: Sendable, Hashable {
        let key: [UInt8]
        let node: Int
        let isRequired: Bool
    }

    /// In the order in which they are written.
    var properties: [Property]
    /// The node of properties that are not named, which come last; nil when there are none.
    var additional: Int?
    var count: ClosedRange<Int>
}
