import Foundation
import NIOCore

/// Cuts a stream of bytes into the data of its server-sent events.
///
/// Only what Andon's API sends: one `data:` line an event (WHATWG HTML §9.2, Server-sent events).
public struct ServerSentEvents {
    /// The longest event that is accepted, in bytes.
    public static let eventBytesLimit = 4 * 1024 * 1024

    private var pending = ByteBuffer()

    public init() {}

    /// - Returns: the data of each event that the chunk completes.
    /// - Throws: ``APIError/Code/badResponse`` when an event grows over the limit.
    public mutating func append(_ chunk: ByteBuffer) throws -> [Data] {
        var chunk = chunk
        pending.writeBuffer(&chunk)
        var events: [Data] = []
        while let end = pending.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let length = end - pending.readerIndex
            let line = pending.readSlice(length: length) ?? ByteBuffer()
            pending.moveReaderIndex(forwardBy: 1)
            let prefix = Data("data: ".utf8)
            let bytes = Data(line.readableBytesView)
            if bytes.starts(with: prefix) { events.append(bytes.dropFirst(prefix.count)) }
        }
        pending.discardReadBytes()
        guard pending.readableBytes <= Self.eventBytesLimit else {
            throw APIError(.badResponse, "the appliance sent an event of over \(Self.eventBytesLimit) bytes")
        }
        return events
    }

    /// One event with this data, which must not contain line ends (JSON written by `JSONEncoder` has none).
    public static func encode(_ data: Data) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("data: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }
}
