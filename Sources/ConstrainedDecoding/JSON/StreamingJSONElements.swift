/// Hands out the parts of a JSON text that a path selects, each as soon as its last byte has arrived.
///
/// A path is written as keys with `.` between them and indices in brackets: `steps[*]` is every element of the array
/// at `steps`, `result.rows[0]` one element, the empty path the whole text. The text must be strict RFC 8259 and is
/// checked to its end, not only up to the selected parts.
///
/// ```swift
/// var steps = try StreamingJSONElements(path: "steps[*]")
/// try steps.consume(tokenBytes) { show(step: $0) }
/// ```
public struct StreamingJSONElements: Sendable {
    private enum Component: Equatable {
        case key([UInt8])
        case index(Int)
        case anyIndex
    }

    private let path: [Component]
    private var reader: JSONEventReader
    /// Where each open container stands: the key that was read last, or the index of the element that comes next.
    private var position: [Component] = []
    private var capture: [UInt8] = []
    private var captureDepth: Int?

    /// - Throws: ``JSONReadError/Code/badPath`` with the place in the path.
    public init(path: String, limits: JSONLimits = JSONLimits()) throws(JSONReadError) {
        self.path = try Self.parse(path)
        self.reader = JSONEventReader(limits: limits)
    }

    /// Whether the text is whole; only white space may follow.
    public var isComplete: Bool { reader.isComplete }

    /// Reads one byte.
    ///
    /// - Returns: The bytes of the selected part that this byte closed, as they stood in the text.
    /// - Throws: ``JSONReadError``; the reader must not be used after it.
    public mutating func consume(_ byte: UInt8) throws(JSONReadError) -> [UInt8]? {
        var events: [JSONEventReader.Event] = []
        try reader.consume(byte) { events.append($0) }
        if captureDepth != nil { capture.append(byte) }
        return receive(events, byte)
    }

    /// Reads some bytes and calls `element` with each part that they close, before the bytes after it are looked at.
    public mutating func consume(
        _ bytes: some Sequence<UInt8>, element: ([UInt8]) -> Void
    ) throws(JSONReadError) {
        for byte in bytes {
            if let part = try consume(byte) { element(part) }
        }
    }

    /// Says that the text ends here.
    ///
    /// - Returns: The whole text's value where the path is empty and the text a number, which nothing else closes.
    /// - Throws: ``JSONReadError/Code/unexpectedEnd`` when a value is not closed.
    public mutating func finish() throws(JSONReadError) -> [UInt8]? {
        var events: [JSONEventReader.Event] = []
        try reader.finish { events.append($0) }
        return receive(events, nil)
    }

    private mutating func receive(_ events: [JSONEventReader.Event], _ byte: UInt8?) -> [UInt8]? {
        var closed: [UInt8]?
        for event in events {
            switch event {
            case .key(let key): position[position.count - 1] = .key(key)
            case .objectBegan, .arrayBegan:
                if isSelected, let byte {
                    captureDepth = position.count
                    capture = [byte]
                }
                if case .arrayBegan = event { position.append(.index(0)) } else { position.append(.key([])) }
            case .scalar(let bytes):
                if isSelected { closed = bytes }
                moveOn()
            case .objectEnded, .arrayEnded:
                position.removeLast()
                if captureDepth == position.count {
                    closed = capture
                    captureDepth = nil
                }
                moveOn()
            }
        }
        return closed
    }

    private mutating func moveOn() {
        if case .index(let index) = position.last { position[position.count - 1] = .index(index + 1) }
    }

    private var isSelected: Bool {
        guard position.count == path.count else { return false }
        return zip(path, position).allSatisfy { wanted, actual in
            if case (.anyIndex, .index) = (wanted, actual) { return true }
            return wanted == actual
        }
    }

    private static func parse(_ path: String) throws(JSONReadError) -> [Component] {
        let bytes = Array(path.utf8)
        var components: [Component] = []
        var index = 0
        func fault(_ detail: String) -> JSONReadError { JSONReadError(code: .badPath, offset: index, detail: detail) }
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "[") {
                guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "]")) else { throw fault("expected ]") }
                let content = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                if content == "*" {
                    components.append(.anyIndex)
                } else {
                    guard let number = UInt32(content) else { throw fault("expected [*] or an index") }
                    components.append(.index(Int(number)))
                }
                index = end + 1
            } else {
                if !components.isEmpty {
                    guard bytes[index] == UInt8(ascii: ".") else { throw fault("expected . or [") }
                    index += 1
                }
                let key = bytes[index...].prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                guard !key.isEmpty else { throw fault("expected a key") }
                components.append(.key(Array(key)))
                index = key.endIndex
            }
        }
        return components
    }
}
