/// A line of text with named places in it: `{time} ALARM {code}: {message}`.
///
/// Each place takes the text up to the first occurrence of what follows it, the last one the rest; `{}` is skipped. Runs of
/// white space are one space. Nothing is tried twice, so a hostile text costs no more than a long one.
public struct TextPattern: Sendable, Hashable, CustomStringConvertible {
    private static let lengthLimit = 500

    private enum Part: Sendable, Hashable {
        case literal([UInt8])
        /// Nil is skipped.
        case place(PayloadField?)
    }

    private let parts: [Part]
    let fields: Set<PayloadField>
    /// Whether the fault comes or goes where the pattern matches; nil leaves it to the text.
    public let active: Bool?
    public let description: String

    /// - Returns: nil without a `{code}`, with an unknown, unclosed or repeated place, or with two places side by side.
    public init?(_ text: String, active: Bool? = nil) {
        description = text
        self.active = active
        guard text.count <= TextPattern.lengthLimit else { return nil }
        var parts: [Part] = []
        var fields: Set<PayloadField> = []
        var rest = Substring(TextPattern.singleSpaced(text))
        while !rest.isEmpty {
            if rest.first == "{" {
                guard let end = rest.firstIndex(of: "}") else { return nil }
                let name = rest[rest.index(after: rest.startIndex)..<end]
                if case .place = parts.last { return nil }
                let field = PayloadField(rawValue: String(name))
                guard name.isEmpty || field != nil else { return nil }
                if let field, !fields.insert(field).inserted { return nil }
                parts.append(.place(field))
                rest = rest[rest.index(after: end)...]
            } else {
                let end = rest.firstIndex(of: "{") ?? rest.endIndex
                parts.append(.literal(Array(rest[..<end].utf8)))
                rest = rest[end...]
            }
        }
        guard fields.contains(.code) else { return nil }
        self.parts = parts
        self.fields = fields
    }

    /// - Returns: nil when the text does not fit.
    func match(_ text: String) -> [PayloadField: String]? {
        let bytes = Array(TextPattern.singleSpaced(text).utf8)
        var found: [PayloadField: String] = [:]
        var offset = 0
        var open: PayloadField??
        for (index, part) in parts.enumerated() {
            switch part {
            case .place(let field): open = .some(field)
            case .literal(let literal):
                guard let place = place(of: literal, in: bytes, from: offset, isLast: index == parts.count - 1),
                    open != nil || place == offset
                else { return nil }
                if case .some(.some(let field)) = open {
                    found[field] = String(decoding: bytes[offset..<place], as: UTF8.self)
                }
                open = nil
                offset = place + literal.count
            }
        }
        switch open {
        case .some(.some(let field)): found[field] = String(decoding: bytes[offset...], as: UTF8.self)
        case .some(.none): break
        case .none: guard offset == bytes.count else { return nil }
        }
        return found
    }

    private func place(of literal: [UInt8], in bytes: [UInt8], from start: Int, isLast: Bool) -> Int? {
        let last = bytes.count - literal.count
        guard start <= last else { return nil }
        return (isLast ? last...last : start...last).first { bytes[$0..<$0 + literal.count].elementsEqual(literal) }
    }

    private static func singleSpaced(_ text: String) -> String {
        text.split { $0.isWhitespace }.joined(separator: " ")
    }
}
