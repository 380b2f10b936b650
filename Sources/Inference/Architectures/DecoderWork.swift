import VulkanCompute

/// The activations of one pass, which every layer uses again.
struct DecoderWork {
    /// The residual stream.
    let hidden: ActivationBuffer
    let normed: ActivationBuffer
    /// Rows of queries, keys and values before their positions.
    let qkv: ActivationBuffer
    /// Rotated.
    let queries: ActivationBuffer
    let attended: ActivationBuffer
    /// Rows of gates and of the values that they let through.
    let gateUp: ActivationBuffer
    let gated: ActivationBuffer

    /// - Parameter columns: of a pass at most.
    init(device: ComputeDevice, parameters: DecoderParameters, columns: Int) throws {
        func activations(_ rows: Int) throws -> ActivationBuffer {
            try ActivationBuffer(device: device, rows: rows, maximumTokens: columns)
        }
        let attention = parameters.attention
        hidden = try activations(parameters.embedding)
        normed = try activations(parameters.embedding)
        qkv = try activations(attention.querySize + 2 * attention.kvSize)
        queries = try activations(attention.querySize)
        attended = try activations(attention.querySize)
        gateUp = try activations(2 * parameters.feedForward)
        gated = try activations(parameters.feedForward)
    }
}
