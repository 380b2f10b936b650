/// Little-endian bytes under construction: the mirror image of ``ByteCursor``.
struct ByteBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// A value without its type tag; an array starts with its element type and count.
    mutating func append(_ value: GGUFValue) {
        switch value {
        case .uint8(let integer): append(integer)
        case .int8(let integer): append(integer)
        case .uint16(let integer): append(integer)
        case .int16(let integer): append(integer)
        case .uint32(let integer): append(integer)
        case .int32(let integer): append(integer)
        case .uint64(let integer): append(integer)
        case .int64(let integer): append(integer)
        case .float32(let number): append(number.bitPattern)
        case .float64(let number): append(number.bitPattern)
        case .bool(let flag): append(UInt8(flag ? 1 : 0))
        case .string(let text): append(text)
        case .stringArray(let texts):
            appendArrayHeader(.string, count: texts.count)
            for text in texts { append(text) }
        case .int32Array(let integers):
            appendArrayHeader(.int32, count: integers.count)
            for integer in integers { append(integer) }
        case .float32Array(let numbers):
            appendArrayHeader(.float32, count: numbers.count)
            for number in numbers { append(number.bitPattern) }
        case .array(let element, let values):
            appendArrayHeader(element, count: values.count)
            for value in values { append(value) }
        }
    }

    private mutating func appendArrayHeader(_ element: GGUFValueType, count: Int) {
        append(element.rawValue)
        append(UInt64(count))
    }

    /// Adds zeros up to a multiple of a power of two.
    mutating func pad(to alignment: Int) {
        bytes.append(contentsOf: repeatElement(0, count: -bytes.count & (alignment - 1)))
    }
}
