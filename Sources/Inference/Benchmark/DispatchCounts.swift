/// How many dispatches the passes of a model are made of.
public struct DispatchCounts: Sendable, Equatable {
    /// To decode a token of one text, with choosing it.
    public let perToken: Int
    /// Of these, for each layer; layers of several weight formats may take one more.
    public let perLayer: Double
    /// To evaluate a whole batch of a prompt after which more follows.
    public let perPromptBatch: Int
}

extension LanguageModel {
    /// Counts dispatches by recording passes; nothing runs.
    ///
    /// - Throws: ``ModelError`` with `.device`.
    public func dispatchCounts() throws(ModelError) -> DispatchCounts {
        try ModelError.wrap {
            let column = buffers.columns(count: 1, splits: 1)
            let perToken = try passes.record(.step, column, choices: 1).dispatchCount
            let outsideLayers = try passes.record(.step, column, choices: 1, layers: []).dispatchCount
            let batch = buffers.columns(count: limits.batchSize, splits: 1)
            return DispatchCounts(
                perToken: perToken, perLayer: Double(perToken - outsideLayers) / Double(shape.layerCount),
                perPromptBatch: try passes.record(.prompt, batch, choices: 0).dispatchCount)
        }
    }
}
