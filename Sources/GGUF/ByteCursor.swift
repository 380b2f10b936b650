/// Reads little-endian fields from a mapped file, front to back, and never past its end.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    let path: String
    private(set) var position = 0
    /// What may still be read of each; without these, a file of many GB could ask for even more memory.
    private var elementsLeft = Limits.arrayElements
    private var textLeft = Limits.textBytes

    /// For a whole file; the largest vocabularies have about a million entries and 20 MiB of text.
    enum Limits {
        static let arrayElements = 16 << 20
        static let textBytes = 256 << 20
        static let arrayDepth = 4
    }

    init(bytes: UnsafeRawBufferPointer, path: String) {
        self.bytes = bytes
        self.path = path
    }

    var remaining: Int { bytes.count - position }

    func failure(_ code: GGUFError.Code, _ field: String, _ detail: String) -> GGUFError {
        GGUFError(code, path: path, field: field, detail: detail)
    }

    mutating func integer<T: FixedWidthInteger>(
        _ field: @autoclosure () -> String
    ) throws(GGUFError) -> T {
        let size = MemoryLayout<T>.size
        guard size <= remaining else {
            throw failure(.truncated, field(), "needs \(size) bytes at offset \(position), \(remaining) are left")
        }
        defer { position += size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    /// A count or length that is about to be used, checked against what the rest of the file could hold.
    mutating func count(eachAtLeast size: Int, _ field: @autoclosure () -> String) throws(GGUFError) -> Int {
        let raw: UInt64 = try integer(field())
        guard raw <= UInt64(remaining / size) else {
            throw failure(
                .truncated, field(), "is \(raw); the \(remaining) bytes left hold at most \(remaining / size)")
        }
        return Int(raw)
    }

    mutating func string(
        limit: Int = Limits.textBytes, _ field: @autoclosure () -> String
    ) throws(GGUFError) -> String {
        let length = try count(eachAtLeast: 1, field() + ", length")
        guard length <= min(limit, textLeft) else {
            throw failure(
                .badField, field() + ", length", "is \(length); at most \(min(limit, textLeft)) are allowed here")
        }
        textLeft -= length
        let slice = UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
        guard let valid = try? UTF8Span(validating: slice.assumingMemoryBound(to: UInt8.self).span) else {
            throw failure(.badField, field(), "is not valid UTF-8")
        }
        let text = String(copying: valid)
        position += length
        return text
    }

    mutating func valueType(_ field: @autoclosure () -> String) throws(GGUFError) -> GGUFValueType {
        let raw: UInt32 = try integer(field())
        guard let type = GGUFValueType(rawValue: raw) else {
            throw failure(.badField, field(), "is \(raw); expected a value type from 0 to 12")
        }
        return type
    }

    mutating func value(
        of type: GGUFValueType, depth: Int = 0, _ field: @autoclosure () -> String
    ) throws(GGUFError) -> GGUFValue {
        switch type {
        case .uint8: return .uint8(try integer(field()))
        case .int8: return .int8(try integer(field()))
        case .uint16: return .uint16(try integer(field()))
        case .int16: return .int16(try integer(field()))
        case .uint32: return .uint32(try integer(field()))
        case .int32: return .int32(try integer(field()))
        case .uint64: return .uint64(try integer(field()))
        case .int64: return .int64(try integer(field()))
        case .float32: return .float32(Float(bitPattern: try integer(field())))
        case .float64: return .float64(Double(bitPattern: try integer(field())))
        case .string: return .string(try string(field()))
        case .bool:
            let raw: UInt8 = try integer(field())
            guard raw <= 1 else { throw failure(.badField, field(), "is \(raw); a boolean is 0 or 1") }
            return .bool(raw == 1)
        case .array: return try array(depth: depth, field())
        }
    }

    private mutating func array(depth: Int, _ field: @autoclosure () -> String) throws(GGUFError) -> GGUFValue {
        guard depth < Limits.arrayDepth else {
            throw failure(.badField, field(), "nests arrays more than \(Limits.arrayDepth) deep")
        }
        let element = try valueType(field() + ", element type")
        let count = try count(eachAtLeast: element.minimumByteCount, field() + ", count")
        guard count <= elementsLeft else {
            let limit = Limits.arrayElements
            throw failure(.badField, field() + ", count", "is \(count); a file may hold \(limit) array elements in all")
        }
        elementsLeft -= count
        switch element {
        case .string:
            return .stringArray(try elements(count) { (cursor) throws(GGUFError) in try cursor.string(field()) })
        case .int32:
            return .int32Array(try elements(count) { (cursor) throws(GGUFError) in try cursor.integer(field()) })
        case .float32:
            return .float32Array(
                try elements(count) { (cursor) throws(GGUFError) in Float(bitPattern: try cursor.integer(field())) })
        default:
            let values = try elements(count) { (cursor) throws(GGUFError) in
                try cursor.value(of: element, depth: depth + 1, field())
            }
            return .array(element, values)
        }
    }

    private mutating func elements<T>(
        _ count: Int, _ read: (inout ByteCursor) throws(GGUFError) -> T
    ) throws(GGUFError) -> [T] {
        var result: [T] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try read(&self)) }
        return result
    }
}
