@testable import GGUF

/// Reads bytes as a GGUF file and uses all that it holds, as an engine would: what the corpus tests and the fuzzer in
/// `Tests/Fuzz` share.
///
/// - Returns: the promises of the reader that did not hold; empty if it is right.
/// - Throws: the reader's error for a file that it refuses.
func exerciseReader(_ bytes: UnsafeRawBufferPointer) throws(GGUFError) -> [String] {
    let header = try GGUFHeader(bytes: bytes, path: "fuzzed.gguf")
    var broken: [String] = []
    var end = 0
    for tensor in header.tensors.sorted(by: { $0.offset < $1.offset }) {
        let format = tensor.format
        let isInside = tensor.offset >= end && tensor.byteCount > 0 && tensor.byteCount <= bytes.count - tensor.offset
        let isWhole =
            tensor.rowByteCount * tensor.rows == tensor.byteCount
            && format.byteCount(forValues: tensor.elementCount) == tensor.byteCount
        guard isInside, isWhole, tensor.offset % header.alignment == 0 else {
            broken.append("\(tensor.name) is not where a tensor may be, or not whole")
            continue
        }
        end = tensor.offset + tensor.byteCount
        let blocks = UnsafeRawBufferPointer(rebasing: bytes[tensor.offset..<end])
        var values = [Float](repeating: 0, count: tensor.elementCount)
        values.withUnsafeMutableBufferPointer { format.dequantize(blocks, into: $0) }
        // Zero times infinity is NaN, so a bad scale always shows in the values.
        let firstBad = values.firstIndex { !$0.isFinite }.map { $0 / format.valuesPerBlock }
        if format.firstBadBlock(in: blocks) != firstBad {
            broken.append("\(tensor.name): the scale check and the values disagree")
        }
    }
    for (key, value) in header.metadata {
        var first = ByteBuilder()
        first.append(value)
        let again = first.bytes.withUnsafeBytes { encoded -> [UInt8]? in
            var cursor = ByteCursor(bytes: encoded, path: key)
            guard let read = try? cursor.value(of: value.type, key), cursor.remaining == 0 else { return nil }
            var second = ByteBuilder()
            second.append(read)
            return second.bytes
        }
        if again != first.bytes { broken.append("\(key) does not come back as it was written") }
        _ = (value.integer, value.number)
    }
    return broken
}
