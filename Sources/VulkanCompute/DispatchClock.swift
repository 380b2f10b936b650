import CVulkan

/// How long one dispatch took on the device.
public struct DispatchTime: Sendable, Equatable {
    /// What the recorder was told that it does, or the shader's name.
    public let label: String
    /// From the end of the dispatch before it to its own end.
    public let nanoseconds: Double
    /// Bytes that it moved, as its bindings say.
    public let movedBytes: Int
}

/// Timestamps around the dispatches of one command buffer.
///
/// Costs a little of the device's time for each dispatch and keeps neighbours from overlapping; for measurements only.
final class DispatchClock {
    /// Dispatches that can be timed; the longest pass of a large model has some hundreds.
    static let capacity = 4095

    private let device: ComputeDevice
    private let queries: VkQueryPool
    /// What is timed, in the order recorded.
    private(set) var dispatches: [(label: String, movedBytes: Int)] = []

    /// - Throws: ``VulkanError`` with `.unsupported` if the device has no timestamps.
    init(device: ComputeDevice) throws(VulkanError) {
        guard device.description.limits.timestampPeriodNs > 0 else {
            throw VulkanError(.unsupported, call: "timestamps", detail: "\(device.description.name) has none")
        }
        var info = VkQueryPoolCreateInfo()
        info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO
        info.queryType = VK_QUERY_TYPE_TIMESTAMP
        info.queryCount = UInt32(Self.capacity + 1)
        var queries: VkQueryPool?
        try check("vkCreateQueryPool", vkCreateQueryPool(device.handle, &info, nil, &queries))
        guard let queries else {
            throw VulkanError(.failed, call: "vkCreateQueryPool", detail: "the driver gave no handle")
        }
        self.device = device
        self.queries = queries
    }

    deinit {
        guard !device.isAbandoned else { return }
        vkDestroyQueryPool(device.handle, queries, nil)
    }

    /// Records the moment from which the first dispatch is timed.
    func start(_ commands: VkCommandBuffer) {
        vkCmdResetQueryPool(commands, queries, 0, UInt32(Self.capacity + 1))
        mark(commands, 0)
    }

    /// Records the end of a dispatch.
    func note(_ label: String, movedBytes: Int, _ commands: VkCommandBuffer) throws(VulkanError) {
        guard dispatches.count < Self.capacity else {
            throw VulkanError(
                .invalidUse, call: "vkCmdWriteTimestamp2", detail: "more than \(Self.capacity) timed dispatches")
        }
        dispatches.append((label, movedBytes))
        mark(commands, dispatches.count)
    }

    func times() throws(VulkanError) -> [DispatchTime] {
        var ticks = [UInt64](repeating: 0, count: dispatches.count + 1)
        let result = ticks.withUnsafeMutableBytes { bytes in
            vkGetQueryPoolResults(
                device.handle, queries, 0, UInt32(bytes.count / 8), bytes.count, bytes.baseAddress, 8,
                VK_QUERY_RESULT_64_BIT.rawValue)
        }
        try check("vkGetQueryPoolResults", result)
        let period = device.description.limits.timestampPeriodNs
        return dispatches.indices.map { index in
            DispatchTime(
                label: dispatches[index].label, nanoseconds: Double(ticks[index + 1] &- ticks[index]) * period,
                movedBytes: dispatches[index].movedBytes)
        }
    }

    private func mark(_ commands: VkCommandBuffer, _ index: Int) {
        vkCmdWriteTimestamp2(commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, queries, UInt32(index))
    }
}
