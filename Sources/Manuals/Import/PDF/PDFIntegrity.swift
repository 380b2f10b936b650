import CZlib
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Looks for damage in a PDF that poppler passes over: it compares no check sums, counts no pages and rebuilds what is cut off.
struct PDFIntegrity {
    /// Why the file is not whole; nil when nothing speaks against it.
    private(set) var refusal: String?
    /// Compressed parts whose content does not fit its check sum: a byte was changed, or the program that wrote them
    /// computed it wrongly.
    private(set) var doubtfulParts = 0
    private(set) var firstDoubt = 0
    /// Page objects that stand open to sight; nil where they may stand in compressed parts, or in several versions.
    private(set) var pageObjects: Int?

    private static let tailBytes = 2_048
    private static let dictionaryBytes = 2_048
    private static let bufferBytes = 256 << 10

    /// - Parameter unpackedLimit: bytes in all, after which the rest is not looked at.
    init(_ data: Data, unpackedLimit: Int) {
        data.withUnsafeBytes { bytes in
            let tail = UnsafeRawBufferPointer(rebasing: bytes[max(0, bytes.count - PDFIntegrity.tailBytes)...])
            guard PDFIntegrity.find("%%EOF", in: tail, from: 0) != nil else {
                refusal = "ends without its end mark %%EOF: it was cut short"
                return
            }
            // Encrypted parts have no form of their own.
            if PDFIntegrity.find("/Encrypt", in: bytes, from: 0) == nil { checkParts(bytes, unpackedLimit) }
            countPages(bytes)
        }
    }

    private mutating func checkParts(_ bytes: UnsafeRawBufferPointer, _ limit: Int) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PDFIntegrity.bufferBytes, alignment: 16)
        defer { buffer.deallocate() }
        var place = 0
        var unpacked = 0
        while let found = PDFIntegrity.find("stream", in: bytes, from: place), unpacked < limit {
            place = found + 6
            guard found < 3 || bytes[found - 1] != UInt8(ascii: "d"),
                let start = PDFIntegrity.start(bytes, after: place),
                let packing = PDFIntegrity.packing(bytes, before: found)
            else { continue }
            let outcome: Outcome
            switch packing {
            case .deflate: outcome = PDFIntegrity.inflate(bytes, from: start, into: buffer, &unpacked, limit)
            case .base85:
                guard
                    let packed = ASCII85.decode(
                        UnsafeRawBufferPointer(rebasing: bytes[start...]), limit: limit - unpacked)
                else {
                    refusal = "the part at byte \(start) cannot be unpacked (it is no ASCII base 85)"
                    return
                }
                outcome = packed.withUnsafeBytes { PDFIntegrity.inflate($0, from: 0, into: buffer, &unpacked, limit) }
            }
            switch outcome {
            case .whole(let end): if packing == .deflate { place = end }
            case .wrongSum:
                if doubtfulParts == 0 { firstDoubt = start }
                doubtfulParts += 1
            case .broken(let reason):
                refusal = "the part at byte \(start) cannot be unpacked (\(reason))"
                return
            }
        }
    }

    private mutating func countPages(_ bytes: UnsafeRawBufferPointer) {
        guard PDFIntegrity.find("/ObjStm", in: bytes, from: 0) == nil,
            let end = PDFIntegrity.find("%%EOF", in: bytes, from: 0),
            PDFIntegrity.find("%%EOF", in: bytes, from: end + 1) == nil
        else { return }
        var count = 0
        var place = 0
        while let found = PDFIntegrity.find("/Type", in: bytes, from: place) {
            place = found + 5
            var next = place
            while next < bytes.count, bytes[next] <= 0x20 { next += 1 }
            let name = bytes[next..<min(next + 6, bytes.count)]
            if name.starts(with: "/Page".utf8),
                !(name.last.map { (0x30...0x7A).contains($0) } ?? false) || name.count < 6
            {
                count += 1
            }
        }
        if count > 0 { pageObjects = count }
    }

    private enum Outcome {
        case whole(end: Int)
        case wrongSum
        case broken(String)
    }

    private static func inflate(
        _ bytes: UnsafeRawBufferPointer, from start: Int, into buffer: UnsafeMutableRawBufferPointer,
        _ unpacked: inout Int,
        _ limit: Int
    ) -> Outcome {
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return .whole(end: start)
        }
        defer { inflateEnd(&stream) }
        // zlib takes a pointer that it does not write through.
        let input = bytes[start...].withUnsafeBytes { $0.baseAddress }
        stream.next_in = input.map { UnsafeMutablePointer(mutating: $0.assumingMemoryBound(to: UInt8.self)) }
        stream.avail_in = UInt32(clamping: bytes.count - start)
        while true {
            stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(buffer.count)
            let status = CZlib.inflate(&stream, Z_NO_FLUSH)
            unpacked += buffer.count - Int(stream.avail_out)
            switch status {
            case Z_STREAM_END: return .whole(end: start + Int(stream.total_in))
            case Z_OK: if unpacked >= limit { return .whole(end: start + Int(stream.total_in)) }
            default:
                let reason = stream.msg.map { String(cString: $0) } ?? "it ends too early"
                return reason == "incorrect data check" ? .wrongSum : .broken(reason)
            }
        }
    }

    /// Where a stream's bytes begin, behind its line end.
    private static func start(_ bytes: UnsafeRawBufferPointer, after place: Int) -> Int? {
        guard place + 2 < bytes.count else { return nil }
        if bytes[place] == 0x0D { return bytes[place + 1] == 0x0A ? place + 2 : place + 1 }
        return bytes[place] == 0x0A ? place + 1 : nil
    }

    private enum Packing { case deflate, base85 }

    /// How the dictionary before a stream says that it is packed; nil where that is not by deflate.
    private static func packing(_ bytes: UnsafeRawBufferPointer, before place: Int) -> Packing? {
        let window = UnsafeRawBufferPointer(rebasing: bytes[max(0, place - dictionaryBytes)..<place])
        var object = 0
        while let next = find(" obj", in: window, from: object) { object = next + 4 }
        guard object > 0, let filter = find("/Filter", in: window, from: object) else { return nil }
        var next = filter + 7
        let first = filterName(window, &next)
        if isDeflate(first) { return .deflate }
        guard first == "/ASCII85Decode" || first == "/A85", isDeflate(filterName(window, &next)) else { return nil }
        return .base85
    }

    private static func isDeflate(_ filter: String) -> Bool { filter == "/FlateDecode" || filter == "/Fl" }

    /// The name at `next`, which then is behind it; empty for none.
    private static func filterName(_ window: UnsafeRawBufferPointer, _ next: inout Int) -> String {
        while next < window.count, window[next] <= 0x20 || window[next] == UInt8(ascii: "[") { next += 1 }
        let start = next
        while next < window.count, window[next] > 0x20, !"]>[".utf8.contains(window[next]),
            next == start || window[next] != UInt8(ascii: "/")
        {
            next += 1
        }
        return String(decoding: window[start..<next], as: UTF8.self)
    }

    private static func find(_ word: StaticString, in bytes: UnsafeRawBufferPointer, from place: Int) -> Int? {
        let (length, first) = (word.utf8CodeUnitCount, Int32(word.utf8Start.pointee))
        guard let base = bytes.baseAddress else { return nil }
        var place = place
        while bytes.count - place >= length, let found = memchr(base + place, first, bytes.count - place - length + 1) {
            if memcmp(found, word.utf8Start, length) == 0 { return UnsafeRawPointer(found) - base }
            place = UnsafeRawPointer(found) - base + 1
        }
        return nil
    }
}
