import GGUF

/// How a format's blocks lie on the device: which bytes of a block go to the main plane and which to the second.
///
/// Kernels load weights 16 bytes at a time, so the main plane's part of a block is a multiple of 16 bytes; what breaks
/// that alignment (a float16 scale, say) moves into a plane of its own. No byte is added: a matrix takes as many on the
/// device as in the file.
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
        case .f16, .bf16: (main, second, valuesPerUnit) = (0..<2, 0..<0, 32)
        case .q4_0, .iq4_NL: (main, second, valuesPerUnit) = (2..<18, 0..<2, 32)
        case .q4_1: (main, second, valuesPerUnit) = (4..<20, 0..<4, 32)
        case .q5_0: (main, second, valuesPerUnit) = (6..<22, 0..<6, 32)
        case .q5_1: (main, second, valuesPerUnit) = (8..<24, 0..<8, 32)
        case .q8_0: (main, second, valuesPerUnit) = (2..<34, 0..<2, 32)
        case .q2_K: (main, second, valuesPerUnit) = (0..<80, 80..<84, 64)
        case .q3_K: (main, second, valuesPerUnit) = (0..<96, 96..<110, 64)
        case .q4_K: (main, second, valuesPerUnit) = (16..<144, 0..<16, 64)
        case .q5_K: (main, second, valuesPerUnit) = (16..<176, 0..<16, 64)
        case .q6_K: (main, second, valuesPerUnit) = (0..<208, 208..<210, 64)
        case .iq4_XS: (main, second, valuesPerUnit) = (8..<136, 0..<8, 64)
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
        // Pieces of a fixed width are single loads and stores; a call of memcpy for some bytes takes longer than they do.
        switch plane.count {
        case let size where size % 32 == 0: gather(SIMD32<UInt8>.self, plane, of: blocks, blockBytes, into: target)
        case let size where size % 16 == 0: gather(SIMD16<UInt8>.self, plane, of: blocks, blockBytes, into: target)
        case let size where size % 4 == 0: gather(UInt32.self, plane, of: blocks, blockBytes, into: target)
        case let size where size % 2 == 0: gather(UInt16.self, plane, of: blocks, blockBytes, into: target)
        default: gather(UInt8.self, plane, of: blocks, blockBytes, into: target)
        }
    }

    /// The caller has checked that whole pieces make up a plane's part, and what both buffers hold.
    @inline(__always)
    private static func gather<Piece: BitwiseCopyable>(
        _: Piece.Type, _ plane: Range<Int>, of blocks: UnsafeRawBufferPointer, _ blockBytes: Int,
        into target: UnsafeMutableRawBufferPointer
    ) {
        // An empty buffer has no address.
        guard var source = blocks.baseAddress, var written = target.baseAddress else { return }
        let pieceBytes = MemoryLayout<Piece>.size
        let pieces = plane.count / pieceBytes
        source += plane.lowerBound
        for _ in 0..<blocks.count / blockBytes {
            for piece in 0..<pieces {
                written.storeBytes(
                    of: source.loadUnaligned(fromByteOffset: piece * pieceBytes, as: Piece.self),
                    toByteOffset: piece * pieceBytes, as: Piece.self)
            }
            source += blockBytes
            written += plane.count
        }
    }
}
