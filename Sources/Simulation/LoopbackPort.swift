import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// TCP ports of 127.0.0.1.
public enum LoopbackPort {
    /// A port that was free a moment ago; another process can take it, so a server that fails to bind tries another.
    public static func free() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SimulationError.system("socket") }
        defer { close(descriptor) }
        var address = loopback(port: 0)
        let bound = withSocketAddress(&address) { bind(descriptor, $0, $1) }
        guard bound == 0 else { throw SimulationError.system("bind to 127.0.0.1") }
        return try port(of: descriptor)
    }

    /// The local port of a bound socket.
    static func port(of descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0 else { throw SimulationError.system("getsockname") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// True when something listens on `port`.
    static func answers(_ port: UInt16) -> Bool {
        guard let descriptor = connect(to: port) else { return false }
        close(descriptor)
        return true
    }

    /// - Returns: a connected socket that child processes do not inherit, for the caller to close.
    static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = loopback(port: port)
        guard withSocketAddress(&address, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// - Returns: a listening socket on a free port, for the caller to close.
    public static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SimulationError.system("socket") }
        var address = loopback(port: 0)
        guard withSocketAddress(&address, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 8) == 0,
            let port = try? port(of: descriptor)
        else {
            defer { close(descriptor) }
            throw SimulationError.system("listen on 127.0.0.1")
        }
        return (descriptor, port)
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return address
    }

    private static func withSocketAddress(
        _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
