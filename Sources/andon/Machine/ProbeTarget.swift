import ArgumentParser
import Foundation
import Ingestion

/// `HOST`, `HOST:PORT`, `[IPv6]:PORT` or the path of a serial device.
struct ProbeTarget: ExpressibleByArgument {
    enum Place: Hashable {
        case tcp(host: String, port: UInt16)
        case serial(path: String)
    }

    let place: Place

    init?(argument text: String) {
        if text.hasPrefix("/") {
            place = .serial(path: text)
            return
        }
        let standardPort: UInt16 = 502
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard !host.isEmpty, rest.isEmpty || rest.first == ":",
                let port = rest.isEmpty ? standardPort : UInt16(rest.dropFirst()), port > 0
            else { return nil }
            place = .tcp(host: host, port: port)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2,
            let port = parts.count == 2 ? UInt16(parts[1]) : standardPort, port > 0
        else { return nil }
        place = .tcp(host: String(host), port: port)
    }
}
