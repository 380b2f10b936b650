import VulkanCompute

/// Float32 activations of a batch of tokens on the device, in groups of four rows.
///
/// Row `r` of token `t` lies at `((r / 4) * tokens + t) * 4 + r % 4`: one token's vector is contiguous, and lanes that
/// stand for tokens read side by side. The number of tokens may change from use to use.
struct ActivationBuffer {
    let buffer: DeviceBuffer
    let rows: Int
    let maximumTokens: Int

    init(device: ComputeDevice, rows: Int, maximumTokens: Int) throws {
        self.rows = rows
        self.maximumTokens = maximumTokens
        let size = Self.byteCount(rows: rows, tokens: maximumTokens)
        buffer = try DeviceBuffer(device: device, sizeBytes: size, placement: .device)
    }

    static func byteCount(rows: Int, tokens: Int) -> Int { (rows + 3) / 4 * 4 * tokens * 4 }

    /// Some of the rows for a batch of `tokens`.
    ///
    /// - Parameter from: a multiple of four.
    func slice(tokens: Int, from: Int = 0, rows count: Int? = nil) -> BufferSlice {
        buffer.slice(
            offset: from * tokens * 4, size: Self.byteCount(rows: count ?? rows - from, tokens: tokens))
    }

    /// Token-major values (`values[t * rows + r]`) in the device's order; missing rows of the last group are zero.
    static func interleave(_ values: [Float], rows: Int, tokens: Int) -> [Float] {
        var result = [Float](repeating: 0, count: (rows + 3) / 4 * 4 * tokens)
        for token in 0..<tokens {
            for row in 0..<rows { result[(row / 4 * tokens + token) * 4 + row % 4] = values[token * rows + row] }
        }
        return result
    }

    /// The inverse of ``interleave(_:rows:tokens:)``.
    static func deinterleave(_ values: [Float], rows: Int, tokens: Int) -> [Float] {
        var result = [Float](repeating: 0, count: rows * tokens)
        for token in 0..<tokens {
            for row in 0..<rows { result[token * rows + row] = values[(row / 4 * tokens + token) * 4 + row % 4] }
        }
        return result
    }
}
