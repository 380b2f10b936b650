import Foundation
import FoundationXML

/// Hands on the elements of an XML document one by one, so that a large sheet is never held as a tree.
///
/// External entities are not loaded; libxml2 bounds depth, names and the growth of internal ones.
final class XMLEvents: NSObject, XMLParserDelegate {
    enum Event {
        case begin(_ name: String, [String: String])
        /// The element's own text from its begin to here.
        case end(_ name: String, text: String)
    }

    private let onEvent: (Event) -> Bool
    private var text = ""

    /// - Parameter onEvent: returns false to stop.
    private init(_ onEvent: @escaping (Event) -> Bool) { self.onEvent = onEvent }

    /// - Returns: false when the document is not well formed; a reader that stopped it is no fault of the document.
    static func read(_ data: Data, _ onEvent: @escaping (Event) -> Bool) -> Bool {
        var isStopped = false
        let events = XMLEvents { event in
            if !onEvent(event) { isStopped = true }
            return !isStopped
        }
        let parser = XMLParser(data: data)
        parser.shouldResolveExternalEntities = false
        parser.delegate = events
        return parser.parse() || isStopped
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        text = ""
        if !onEvent(.begin(Self.local(name), attributes)) { parser.abortParsing() }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if !onEvent(.end(Self.local(name), text: text)) { parser.abortParsing() }
        text = ""
    }

    /// Without the prefix of its namespace.
    private static func local(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }
}
