import Foundation
import Yams

/// Why a glossary file is refused.
public struct GlossaryError: Error, Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// From 1.
    public let line: Int?
    public let expectation: String

    public var description: String { (line.map { "\(file):\($0)" } ?? file) + ": " + expectation }
}

extension Glossary {
    private static let fileBytesLimit = 1 << 20
    private static let mostGroups = 10_000
    private static let mostPhrases = 60
    private static let longestPhrase = 60

    /// Reads YAML with the keys `things` and `states`, each a list of groups of phrases: `- [馬達, 電機, motor]`.
    ///
    /// - Throws: ``GlossaryError`` naming file, line and expectation.
    public init(file: URL) throws {
        func problem(_ expectation: String, _ node: Node? = nil) -> GlossaryError {
            GlossaryError(file: file.path, line: node?.mark?.line, expectation: expectation)
        }
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            data = try handle.read(upToCount: Glossary.fileBytesLimit + 1) ?? Data()
        } catch {
            throw problem("cannot be read: \(error.localizedDescription)")
        }
        guard data.count <= Glossary.fileBytesLimit else {
            throw problem("expected at most \(Glossary.fileBytesLimit) bytes")
        }
        let root: Node?
        do {
            root = try compose(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            throw problem("expected YAML: \(error)")
        }
        guard let root else {
            self.init()
            return
        }
        guard let mapping = root.mapping else {
            throw problem("expected the keys things and states, each a list of groups such as - [馬達, motor]", root)
        }
        var groups: [Group] = []
        for (key, list) in mapping {
            guard let name = key.string, ["things", "states"].contains(name) else {
                throw problem("unknown key, expected things or states", key)
            }
            guard let items = list.sequence, groups.count + items.count <= Glossary.mostGroups else {
                throw problem("expected a list of up to \(Glossary.mostGroups) groups such as - [馬達, motor]", list)
            }
            groups += try items.map { Group(try Glossary.phrases(of: $0, problem), isState: name == "states") }
        }
        self.init(groups: groups)
    }

    private static func phrases(of item: Node, _ problem: (String, Node?) -> GlossaryError) throws -> [String] {
        guard let phrases = item.sequence, (2...mostPhrases).contains(phrases.count) else {
            throw problem("expected a group of 2 to \(mostPhrases) phrases", item)
        }
        return try phrases.map { phrase in
            guard let text = phrase.scalar?.string, (1...longestPhrase).contains(text.count),
                text.contains(where: { $0.isLetter || $0.isNumber })
            else { throw problem("expected words of 1 to \(longestPhrase) characters", phrase) }
            return text
        }
    }
}
