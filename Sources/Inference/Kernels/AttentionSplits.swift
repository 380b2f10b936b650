/// How decode attention shares out the positions of a text to workgroups; `attention_decode.comp` computes the same.
///
/// It depends on the text's length alone, so that a column's sums are the same whatever else is in the pass.
struct AttentionSplits: Equatable, Sendable {
    /// No profile may ask for more: the memory plan counts with it.
    static let limit = 32

    /// Positions that a workgroup takes at least, whole blocks.
    let positions: Int
    /// Workgroups that share one text at most.
    let maximum: Int

    init(profile: KernelProfile) {
        positions =
            groupCount(max(profile.attentionSplitPositions, 1), of: AttentionShape.blockPositions)
            * AttentionShape.blockPositions
        maximum = min(max(profile.attentionSplits, 1), Self.limit)
    }

    /// Workgroups for a column that sees `length` positions.
    func count(length: Int) -> Int {
        let block = AttentionShape.blockPositions
        let share = groupCount(groupCount(length, of: maximum), of: block) * block
        return groupCount(length, of: max(positions, share))
    }

    /// ``count(length:)``, rounded up to a power of two, so that few command buffers serve all lengths.
    func bucket(length: Int) -> Int {
        var bucket = 1
        while bucket < count(length: length) { bucket *= 2 }
        return min(bucket, maximum)
    }
}
