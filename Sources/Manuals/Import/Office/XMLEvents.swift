import CExpat
import Foundation

/// What is wrong with an XML document, and where.
struct XMLFlaw: Error, Hashable {
    /// From 1.
    let line: Int
    let reason: String
}

/// Hands on the elements of an XML document one by one, so that a large sheet is never held as a tree.
///
/// Expat reads it, strictly: a document that ends too early, or is no UTF-8 or UTF-16, is refused with its line. Document
/// types are refused too, since office files have none: so there are no entities that could grow.
enum XMLEvents {
    enum Event {
        case begin(_ name: String, [String: String])
        /// The element's own text from its begin to here, and the place of its end in the document's bytes.
        case end(_ name: String, text: String, offset: Int)
    }

    /// Office files nest some twenty deep.
    private static let deepest = 256
    private static let mostAttributes = 256
    /// Of one element.
    private static let longestText = 1 << 20
    private static let pieceBytes = 1 << 20

    /// - Parameter onEvent: returns false to stop, which is no fault of the document.
    static func read(_ data: Data, _ onEvent: (Event) -> Bool) throws(XMLFlaw) {
        guard let parser = XML_ParserCreate(nil) else { throw XMLFlaw(line: 1, reason: "no memory to read it") }
        defer { XML_ParserFree(parser) }
        // The parser calls back during XML_Parse only, while the reader and the closure are alive.
        let (isRead, reader) = withoutActuallyEscaping(onEvent) { onEvent in
            let reader = Reader(parser, onEvent)
            return (reader.read(data), reader)
        }
        guard !isRead else { return }
        let reason = reader.reason ?? String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
        throw XMLFlaw(line: Int(XML_GetCurrentLineNumber(parser)), reason: reason)
    }

    private final class Reader {
        /// The bound that the document broke.
        private(set) var reason: String?
        private var isStopped = false
        private let parser: XML_Parser
        private var onEvent: ((Event) -> Bool)?
        private var text: [UInt8] = []
        private var depth = 0

        init(_ parser: XML_Parser, _ onEvent: @escaping (Event) -> Bool) {
            self.parser = parser
            self.onEvent = onEvent
        }

        /// - Returns: false when the document is not well formed or breaks a bound.
        func read(_ data: Data) -> Bool {
            defer { onEvent = nil }
            XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
            XML_SetElementHandler(
                parser,
                { Reader.of($0)?.begin($1, $2) },
                { Reader.of($0)?.end($1) })
            XML_SetCharacterDataHandler(parser) { Reader.of($0)?.add($1, Int($2)) }
            XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in
                Reader.of(user)?.refuse("it has a document type, as no office file has")
            }
            let isRead = data.withUnsafeBytes { bytes in
                var start = 0
                repeat {
                    let count = min(pieceBytes, bytes.count - start)
                    let piece = bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
                    start += count
                    guard XML_Parse(parser, piece, Int32(count), start == bytes.count ? 1 : 0).rawValue == 1 else {
                        return false
                    }
                } while start < bytes.count
                return true
            }
            return isRead || (isStopped && reason == nil)
        }

        private static func of(_ user: UnsafeMutableRawPointer?) -> Reader? {
            user.map { Unmanaged<Reader>.fromOpaque($0).takeUnretainedValue() }
        }

        private func begin(_ name: UnsafePointer<CChar>?, _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
            guard !isStopped, let name else { return }
            text.removeAll(keepingCapacity: true)
            depth += 1
            guard depth <= deepest else { return refuse("its elements nest more than \(deepest) deep") }
            var attributes: [String: String] = [:]
            var place = 0
            while let list, let key = list[place], let value = list[place + 1] {
                guard place < mostAttributes * 2 else {
                    return refuse("an element has over \(mostAttributes) attributes")
                }
                attributes[local(key)] = String(cString: value)
                place += 2
            }
            if onEvent?(.begin(local(name), attributes)) == false { stop() }
        }

        private func end(_ name: UnsafePointer<CChar>?) {
            guard !isStopped, let name else { return }
            depth -= 1
            let offset = Int(XML_GetCurrentByteIndex(parser))
            if onEvent?(.end(local(name), text: String(decoding: text, as: UTF8.self), offset: offset)) == false {
                stop()
            }
            text.removeAll(keepingCapacity: true)
        }

        private func add(_ characters: UnsafePointer<CChar>?, _ count: Int) {
            guard !isStopped, let characters else { return }
            guard text.count + count <= longestText else {
                return refuse("an element has over \(longestText) bytes of text")
            }
            text += UnsafeRawBufferPointer(start: characters, count: count)
        }

        private func refuse(_ reason: String) {
            self.reason = self.reason ?? reason
            stop()
        }

        private func stop() {
            isStopped = true
            XML_StopParser(parser, 0)
        }

        /// Without the prefix of its namespace.
        private func local(_ name: UnsafePointer<CChar>) -> String {
            let name = String(cString: name)
            return name.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(name[name.utf8.index(after: $0)...]) }
                ?? name
        }
    }
}
