import GGUF

/// How a format's blocks lie on the device: which bytes of a block go to the main plane and which to the second.
///
/// Kernels load weights 16 bytes at a time, so the main plane's part of a block is a multiple of 16 bytes (for Q8_0 and
/// Q6_K the float16 factors move into a plane of their own).
struct DeviceLayout {
    /// Bytes of a block in the main plane, as a range of the file's block.
    let main: Range<Int>
    /// Bytes of a block in the second plane; empty where there is none.
    let second: Range<Int>
    /// Values that a lane expands at once; a row is a multiple of it.
    let valuesPerUnit: Int

    init(_ format: BlockFormat) {
        switch format {
        case .f32: (main, second, valuesPerUnit) = (0..<4, 0..<0, 32)
        case .f16: (main, second, valuesPerUnit) = (0..<2, 0..<0, 32)
        case .q8_0: (main, second, valuesPerUnit) = (2..<34, 0..<2, 32)
        case .q4_K: (main, second, valuesPerUnit) = (0..<144, 0..<0, 32)
        case .q6_K: (main, second, valuesPerUnit) = (0..<208, 208..<210, 64)
        }
    }

    /// Copies blocks into one plane, where they follow one another without gaps.
    ///
    /// - Parameters:
    ///   - plane: ``main`` or ``second``.
    ///   - blocks: whole blocks of `blockBytes`.
    ///   - target: exactly as many bytes as the plane's parts of these blocks take.
    static func pack(
        _ plane: Range<Int>, of blocks: UnsafeRawBufferPointer, blockBytes: Int,
        into target: UnsafeMutableRawBufferPointer
    ) {
        let count = blocks.count / blockBytes
        precondition(target.count == count * plane.count, "a plane takes its bytes of each block")
        if plane.count == blockBytes {
            target.copyMemory(from: blocks)
            return
        }
        for block in 0..<count {
            let source = UnsafeRawBufferPointer(
                rebasing: blocks[block * blockBytes + plane.lowerBound..<block * blockBytes + plane.upperBound])
            UnsafeMutableRawBufferPointer(rebasing: target[block * plane.count..<(block + 1) * plane.count])
                .copyMemory(from: source)
        }
    }
}
