/// A pass whose kernels are timed.
struct MeasuredPass: Equatable {
    let pass: Pass
    /// A prompt's tokens, or as many texts.
    let columns: Int
    /// Positions that each text has, with the pass's own.
    let length: Int
    /// Whether only the attention of the pass runs.
    var isAttentionAlone = false

    /// What it is called where it is left out.
    var name: String {
        let what = pass == .prompt ? "a prompt's batch of \(columns)" : "a step of \(columns)"
        return isAttentionAlone ? "attention of \(what) at \(length) positions" : what
    }
}

extension LanguageModel {
    /// Calls the body with the columns of a pass over texts that are as long as is asked for, and gives their places in
    /// the cache back. What the cache holds there is left from before: times do not depend on it.
    ///
    /// - Returns: `nil` if the model was not loaded for so many or so long texts, or other texts take the room.
    func withColumns<Result>(of measured: MeasuredPass, _ body: (PassColumns) throws -> Result) throws -> Result? {
        let isStep = measured.pass == .step
        let textCount = isStep ? measured.columns : 1
        guard textCount <= limits.texts, measured.columns <= limits.columns, measured.length <= shape.contextLength,
            isStep || measured.columns <= measured.length
        else { return nil }
        var texts: [PagedCache.Text] = []
        defer { texts.forEach { cache.close($0) } }
        for _ in 0..<textCount {
            guard var text = cache.open() else { return nil }
            let hasRoom = cache.reserve(&text, positions: measured.length)
            texts.append(text)
            guard hasRoom else { return nil }
        }
        try uploadTable()
        for column in 0..<measured.columns {
            let position = isStep ? measured.length - 1 : measured.length - measured.columns + column
            let state = ColumnState(position: position, slot: texts[isStep ? column : 0].slot)
            try buffers.write(Int32(column % shape.vocabularyCount), state: state, column: column)
        }
        let splits = isStep ? passes.splits.bucket(length: measured.length) : 1
        var columns = buffers.columns(count: measured.columns, splits: splits)
        columns.seenPositions = textCount * measured.length
        return try body(columns)
    }
}
