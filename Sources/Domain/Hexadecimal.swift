extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal digits, two for each: how digests are written in keys, names and JSON.
    package var hexadecimal: String {
        map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}
