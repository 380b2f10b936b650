extension BlockFormat {
    /// Blocks that are looked through without an early way out, which is what lets the compiler use vector instructions.
    private static let blocksPerRun = 1024

    /// The first block that cannot be computed with: one whose scale or minimum (in F32, F16 and BF16: whose value) is NaN
    /// or infinite.
    ///
    /// Reads only the bytes of the scales, so that it costs no more than a copy of the same blocks.
    ///
    /// - Parameter bytes: whole blocks, at any alignment.
    /// - Returns: the block's index in `bytes`; `nil` if all are finite.
    public func firstBadBlock(in bytes: UnsafeRawBufferPointer) -> Int? {
        let codec = codec
        let size = codec.bytesPerBlock
        precondition(bytes.count % size == 0, "\(bytes.count) bytes are not whole \(name) blocks")
        guard let source = bytes.baseAddress else { return nil }
        let count = bytes.count / size
        for start in stride(from: 0, to: count, by: Self.blocksPerRun) {
            let run = min(Self.blocksPerRun, count - start)
            let blocks = source + start * size
            let isBad =
                codec.valuesPerBlock == 1
                ? Self.hasBadNumber(UnsafeRawBufferPointer(start: blocks, count: run * size), codec)
                : Self.hasBadScale(blocks, run, codec)
            if isBad {
                return (0..<run).first { Self.hasBadScale(blocks + $0 * size, 1, codec) }.map { start + $0 }
            }
        }
        return nil
    }

    private static func hasBadScale(_ blocks: UnsafeRawPointer, _ count: Int, _ codec: any BlockCodec.Type) -> Bool {
        let (size, mask) = (codec.bytesPerBlock, codec.exponentMask)
        var isBad = false
        for offset in codec.scaleOffsets {
            for block in 0..<count {
                isBad = isBad || (blocks + block * size).word(at: offset) & mask == mask
            }
        }
        return isBad
    }

    /// Looks at plain numbers of 16 or 32 bits, eight bytes at a time: adding the exponent's lowest bit to the exponent of
    /// each carries into the place of its sign only if all bits of the exponent are set.
    private static func hasBadNumber(_ numbers: UnsafeRawBufferPointer, _ codec: any BlockCodec.Type) -> Bool {
        let isWide = codec.bytesPerBlock == 4
        let lanes: UInt64 = isWide ? 0x0000_0001_0000_0001 : 0x0001_0001_0001_0001
        let signs = lanes << (isWide ? 31 : 15)
        let exponents = lanes * UInt64(codec.exponentMask) << (isWide ? 16 : 0)
        let carry = signs - exponents
        var seen: UInt64 = 0
        var start = 0
        while start <= numbers.count - 8 {
            let eight = UInt64(littleEndian: numbers.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            seen |= (eight & exponents) &+ carry
            start &+= 8
        }
        var last: UInt64 = 0
        for (index, byte) in numbers[start...].enumerated() { last |= UInt64(byte) << UInt64(index * 8) }
        seen |= (last & exponents) &+ carry
        return seen & signs != 0
    }
}
