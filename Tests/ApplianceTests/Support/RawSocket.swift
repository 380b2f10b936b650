import Foundation
import Testing

/// A Unix socket spoken to byte by byte, for what no well-behaved client or server does.
final class RawSocket: Sendable {
    private let descriptor: Int32

    init(connectingTo path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0, "no socket: \(String(cString: strerror(errno)))")
        let result = Self.withAddress(path) { connect(descriptor, $0, $1) }
        try #require(result == 0, "no connection: \(String(cString: strerror(errno)))")
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Listens, and hands each connection to `serve` on one thread until the process ends or ``close()``.
    static func listen(at path: String, _ serve: @escaping @Sendable (RawSocket) -> Void) throws -> RawSocket {
        let listener = RawSocket(descriptor: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        try #require(withAddress(path) { bind(listener.descriptor, $0, $1) } == 0)
        try #require(Glibc.listen(listener.descriptor, 256) == 0)
        Thread.detachNewThread {
            while true {
                let accepted = accept(listener.descriptor, nil, nil)
                guard accepted >= 0 else { return }
                serve(RawSocket(descriptor: accepted))
            }
        }
        return listener
    }

    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    deinit { Glibc.close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What comes until the text holds `end`, or has as many bytes, or the other side closes.
    func read(until end: String? = nil, atLeast bytes: Int = .max) -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while received.count < bytes {
            if let end, String(decoding: received, as: UTF8.self).contains(end) { break }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer.prefix(count)
        }
        return String(decoding: received, as: UTF8.self)
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        // The pointer is used only during the call, and sockaddr_un begins with sockaddr's fields.
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
