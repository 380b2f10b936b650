/// What a pattern says, as a tree.
indirect enum RegexTree: Sendable, Hashable {
    /// The text of no characters.
    case empty
    /// One character of a set.
    case one(ScalarSet)
    case sequence([RegexTree])
    case alternatives([RegexTree])
    /// - Parameter maximum: nil for any number.
    case repeated(RegexTree, minimum: Int, maximum: Int?)
    /// Any text, up to the end of the whole.
    case anything
    /// `^`
    case start
    /// `$`
    case end
}

/// Why a pattern cannot be held to.
struct PatternError: Error, Equatable {
    let code: SchemaError.Code
    let detail: String

    /// - Parameter offset: Unicode scalars of the pattern before the fault.
    init(_ code: SchemaError.Code, at offset: Int, _ detail: String) {
        self.code = code
        self.detail = "\(detail), at character \(offset) of the pattern"
    }

    init(_ code: SchemaError.Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

extension RegexTree {
    /// A pattern without anchors that matches the whole texts in which this one is found.
    ///
    /// - Parameter isAnchored: whether it is to be found at both ends at once. JSON Schema does not anchor patterns
    ///   (validation specification, section 6.3.3): what is not held by `^` or `$` may have any text around it.
    /// - Throws: ``PatternError`` for an anchor that is not at an end of the pattern or of one of its alternatives.
    func wholeText(isAnchored: Bool) throws(PatternError) -> RegexTree {
        guard !isAnchored else { return try placed(Edges(before: .empty, after: .empty)) }
        let before = RegexTree.repeated(.one(.all), minimum: 0, maximum: nil)
        // What all alternatives need stands once around them rather than in each.
        let isFree = (before: !contains(.start), after: !contains(.end))
        let inner = try placed(
            Edges(before: isFree.before ? .empty : before, after: isFree.after ? .empty : .anything))
        return .sequence([isFree.before ? before : .empty, inner, isFree.after ? .anything : .empty])
    }

    /// What stands around a part that no anchor holds; nil where other parts stand there.
    private struct Edges {
        var before: RegexTree?
        var after: RegexTree?
    }

    private func placed(_ edges: Edges) throws(PatternError) -> RegexTree {
        switch self {
        case .alternatives(let branches):
            var placed: [RegexTree] = []
            for branch in branches { placed.append(try branch.placed(edges)) }
            return .alternatives(placed)
        case .sequence(let parts): return try Self.placed(parts, edges)
        default: return try Self.placed([self], edges)
        }
    }

    private static func placed(_ parts: [RegexTree], _ edges: Edges) throws(PatternError) -> RegexTree {
        var parts = parts[...]
        var before: [RegexTree] = []
        var after: [RegexTree] = []
        if let text = edges.before {
            if parts.first == .start {
                parts = parts.drop { $0 == .start }
            } else if let first = parts.first, first.isCompound, first.hasAnchor {
                // A group may hold the anchor of some of its alternatives only.
                parts.removeFirst()
                before = [try first.placed(Edges(before: text, after: parts.isEmpty ? edges.after : nil))]
                if parts.isEmpty { return before[0] }
            } else {
                before = [text]
            }
        }
        if let text = edges.after {
            if parts.last == .end {
                while parts.last == .end { parts.removeLast() }
            } else if let last = parts.last, last.isCompound, last.hasAnchor {
                parts.removeLast()
                after = [try last.placed(Edges(before: nil, after: text))]
            } else {
                after = [text]
            }
        }
        guard !parts.contains(where: \.hasAnchor) else {
            throw PatternError(.unsupported, "an anchor (^ or $) that is not at an end of the pattern")
        }
        return .sequence(before + parts + after)
    }

    private var isCompound: Bool {
        switch self {
        case .sequence, .alternatives: true
        default: false
        }
    }

    private var hasAnchor: Bool { contains(.start) || contains(.end) }

    private func contains(_ anchor: RegexTree) -> Bool {
        switch self {
        case .empty, .one, .anything, .start, .end: self == anchor
        case .repeated(let part, _, _): part.contains(anchor)
        case .sequence(let parts), .alternatives(let parts): parts.contains { $0.contains(anchor) }
        }
    }

    /// How many automaton states this takes about, with every repetition written out; saturates.
    var size: Int {
        switch self {
        case .empty, .anything, .start, .end: return 1
        case .one(let set): return 1 + set.ranges.count
        case .sequence(let parts), .alternatives(let parts):
            return parts.reduce(1) { Self.saturatingSum($0, $1.size) }
        case .repeated(let part, let minimum, let maximum):
            let (size, overflow) = part.size.multipliedReportingOverflow(by: max(minimum, maximum ?? 0, 1))
            return overflow ? .max : Self.saturatingSum(size, 1)
        }
    }

    private static func saturatingSum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
