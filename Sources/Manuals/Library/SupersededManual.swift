import Domain

/// A manual that an answer cites in another revision than the library holds now.
public struct SupersededManual: Codable, Sendable, Hashable {
    public let manual: String
    /// The revision that the answer was made from.
    public let revision: Int
    /// The library's; nil once the manual was taken out.
    public let currentRevision: Int?

    enum CodingKeys: String, CodingKey {
        case manual, revision
        case currentRevision = "current_revision"
    }
}

extension Library {
    /// Tells which manuals of an answer the library holds in another revision now, or no longer, in the order cited.
    public func supersededManuals(citedBy citations: [Citation]) throws -> [SupersededManual] {
        let revisions = Dictionary(grouping: try manuals(), by: \.file).mapValues { $0.map(\.revision) }
        var found: [SupersededManual] = []
        for citation in citations {
            let current = revisions[citation.manual] ?? []
            guard !current.contains(citation.revision) else { continue }
            let manual = SupersededManual(
                manual: citation.manual, revision: citation.revision, currentRevision: current.max())
            if !found.contains(manual) { found.append(manual) }
        }
        return found
    }
}
