import VulkanCompute

extension KernelProfile {
    /// What each value may be on any device; ``requireFit(_:)`` asks for more on a certain one.
    public enum Bounds {
        public static let subgroups = 1...32
        /// Multiples of four.
        public static let productRows = 4...16
        /// Powers of two.
        public static let productColumns = 1...PassColumns.maximumOfStep
        /// Rows and columns, multiples of four.
        public static let batchTile = 16...256
        public static let attentionSplitPositions = AttentionShape.blockPositions...4096
        public static let attentionSplits = 1...AttentionSplits.limit
    }

    /// Bytes of shared memory that decode attention takes at most for each invocation's sums, and beside these for
    /// queries, scores and the heads' totals, with the largest heads that there are (`attention_decode.comp`).
    private static let attentionBytes = (perInvocation: 64, fixed: 8 * 256 * 4 + 2 * 8 * 32 * 4 + 128)
    /// Bytes of shared memory that a row or column of the batch tile takes: 64 values of float32 (`batch.comp`).
    private static let tileBytes = BatchProduct.stepValues * 4

    /// Refuses values that are out of bounds, or beyond what the device has.
    ///
    /// - Throws: ``ModelError`` with `.badProfile`: which values, what they ask for, and what the device allows.
    public func requireFit(_ device: DeviceDescription) throws(ModelError) {
        let limits = device.limits
        func require(_ isRight: Bool, _ detail: @autoclosure () -> String) throws(ModelError) {
            guard isRight else { throw ModelError(.badProfile, detail()) }
        }
        try require(lanes == device.subgroupSize, "\(lanes) lanes, \(device.name) has \(device.subgroupSize)")
        for (name, value, bounds, step) in [
            ("subgroups", subgroups, Bounds.subgroups, 1), ("product rows", productRows, Bounds.productRows, 4),
            ("product columns", productColumns, Bounds.productColumns, 1),
            ("batch rows", batchRows, Bounds.batchTile, 4), ("batch columns", batchColumns, Bounds.batchTile, 4),
            ("attention split positions", attentionSplitPositions, Bounds.attentionSplitPositions, 1),
            ("attention splits", attentionSplits, Bounds.attentionSplits, 1),
        ] {
            try require(
                bounds.contains(value) && value % step == 0,
                "\(value) \(name), \(bounds.lowerBound) to \(bounds.upperBound)\(step > 1 ? " in steps of \(step)" : "") expected"
            )
        }
        try require(
            productColumns.nonzeroBitCount == 1, "\(productColumns) product columns, a power of two expected")
        try require(
            workgroupSize <= limits.workgroupInvocations,
            "\(subgroups) subgroups of \(lanes) lanes make a workgroup of \(workgroupSize), \(device.name) takes "
                + "\(limits.workgroupInvocations)")
        let attention = Self.attentionBytes.perInvocation * max(workgroupSize, 32) + Self.attentionBytes.fixed
        try require(
            attention <= limits.sharedMemoryBytes,
            "\(subgroups) subgroups of \(lanes) lanes need \(attention) bytes of shared memory in attention, "
                + "\(device.name) has \(limits.sharedMemoryBytes)")
        guard hasBatchProducts else { return }
        // Cooperative matrices need less of both, and may be turned off at any time.
        let (invocations, shared) = (batchRows / 4 * (batchColumns / 4), (batchRows + batchColumns) * Self.tileBytes)
        try require(
            invocations <= limits.workgroupInvocations && shared <= limits.sharedMemoryBytes,
            "a batch tile of \(batchRows) rows and \(batchColumns) columns needs \(invocations) invocations and "
                + "\(shared) bytes of shared memory, \(device.name) has \(limits.workgroupInvocations) and "
                + "\(limits.sharedMemoryBytes)")
    }
}
