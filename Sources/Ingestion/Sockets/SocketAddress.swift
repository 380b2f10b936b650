import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The addresses of a socket's two ends, as numbers.
enum SocketAddress {
    /// - Returns: an IPv4 client of an IPv6 socket under its IPv4 address; nil when there is no other end.
    static func peer(of descriptor: Int32) -> String? {
        guard let (host, _) = names(of: descriptor, getpeername) else { return nil }
        let mapped = "::ffff:"
        return host.hasPrefix(mapped) ? String(host.dropFirst(mapped.count)) : host
    }

    /// The local port.
    static func port(of descriptor: Int32) -> UInt16? { names(of: descriptor, getsockname).flatMap { UInt16($0.port) } }

    private static func names(
        of descriptor: Int32, _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> (host: String, port: String)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                ask(descriptor, address, &length) == 0
                    && getnameinfo(
                        address, length, &host, socklen_t(host.count), &port, socklen_t(port.count),
                        NI_NUMERICHOST | NI_NUMERICSERV) == 0
            }
        }
        guard isKnown else { return nil }
        return (text(host), text(port))
    }

    private static func text(_ name: [CChar]) -> String {
        String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
