/// The inside of a JSON string, from after its opening quote to its closing quote, as a table over bytes.
///
/// Accepts well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF) without
/// control bytes, and the escapes of RFC 8259 section 7 with surrogate escapes only in pairs. A state names what must
/// come next, so a token may end inside a character or an escape and the next one goes on.
enum StringAutomaton {
    typealias State = UInt8

    /// Between two characters: the start state, and the only one in which the string may close.
    static let body: State = 0
    /// The closing quote was read.
    static let closed: State = 0xFE
    /// The byte cannot follow.
    static let rejected: State = 0xFF
    static let stateCount = 20

    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    /// The successor of state `s` on byte `b` at `s * 256 + b`.
    static let table = makeTable()

    /// - Parameter isPlain: forbids the backslash, so that every byte stands for itself.
    static func next(_ state: State, _ byte: UInt8, isPlain: Bool) -> State {
        if isPlain && byte == backslash { return rejected }
        return table[Int(state) &* 256 &+ Int(byte)]
    }

    /// Whether the step from `state` to `next` begins a new Unicode scalar; a pair of surrogate escapes is one scalar.
    static func beginsScalar(from state: State, to next: State) -> Bool {
        state == body && next < closed
    }
}

extension StringAutomaton {
    private static let tail1: State = 1
    private static let tail2: State = 2
    private static let tail3: State = 3
    private static let afterE0: State = 4
    private static let afterED: State = 5
    private static let afterF0: State = 6
    private static let afterF4: State = 7
    private static let escape: State = 8
    private static let hex4: State = 9
    private static let hex3AfterD: State = 10
    private static let hex3: State = 11
    private static let hex2: State = 12
    private static let hex1: State = 13
    private static let high2: State = 14
    private static let high1: State = 15
    private static let lowBackslash: State = 16
    private static let lowU: State = 17
    private static let lowD: State = 18
    private static let lowC: State = 19

    private static func makeTable() -> [State] {
        var table = [State](repeating: rejected, count: stateCount * 256)
        func on(_ state: State, _ bytes: ClosedRange<UInt8>, goTo target: State) {
            for byte in bytes { table[Int(state) * 256 + Int(byte)] = target }
        }
        func on(_ state: State, anyOf bytes: String, goTo target: State) {
            for byte in bytes.utf8 { on(state, byte...byte, goTo: target) }
        }
        let hexDigits = "0123456789abcdefABCDEF"

        on(body, 0x20...0x7F, goTo: body)
        on(body, quote...quote, goTo: closed)
        on(body, backslash...backslash, goTo: escape)
        on(body, 0xC2...0xDF, goTo: tail1)
        on(body, 0xE0...0xEF, goTo: tail2)
        on(body, 0xE0...0xE0, goTo: afterE0)
        on(body, 0xED...0xED, goTo: afterED)
        on(body, 0xF0...0xF0, goTo: afterF0)
        on(body, 0xF1...0xF3, goTo: tail3)
        on(body, 0xF4...0xF4, goTo: afterF4)
        on(tail1, 0x80...0xBF, goTo: body)
        on(tail2, 0x80...0xBF, goTo: tail1)
        on(tail3, 0x80...0xBF, goTo: tail2)
        on(afterE0, 0xA0...0xBF, goTo: tail1)
        on(afterED, 0x80...0x9F, goTo: tail1)
        on(afterF0, 0x90...0xBF, goTo: tail2)
        on(afterF4, 0x80...0x8F, goTo: tail2)

        on(escape, anyOf: "\"\\/bfnrt", goTo: body)
        on(escape, anyOf: "u", goTo: hex4)
        on(hex4, anyOf: hexDigits, goTo: hex3)
        on(hex4, anyOf: "dD", goTo: hex3AfterD)
        on(hex3, anyOf: hexDigits, goTo: hex2)
        on(hex2, anyOf: hexDigits, goTo: hex1)
        on(hex1, anyOf: hexDigits, goTo: body)
        // D000–D7FF are characters, D800–DBFF need a low surrogate after them, DC00–DFFF may not come first.
        on(hex3AfterD, anyOf: "01234567", goTo: hex2)
        on(hex3AfterD, anyOf: "89abAB", goTo: high2)
        on(high2, anyOf: hexDigits, goTo: high1)
        on(high1, anyOf: hexDigits, goTo: lowBackslash)
        on(lowBackslash, anyOf: "\\", goTo: lowU)
        on(lowU, anyOf: "u", goTo: lowD)
        on(lowD, anyOf: "dD", goTo: lowC)
        on(lowC, anyOf: "cdefCDEF", goTo: hex2)
        return table
    }
}
