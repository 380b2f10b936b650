import CVulkan

/// Recorded commands, which can be run again and again.
public final class CommandBuffer {
    /// How many dispatches it has.
    public internal(set) var dispatchCount = 0

    var handle: VkCommandBuffer { handles.commands }
    /// Where the time is written after each dispatch; `nil` unless dispatches are timed.
    let clock: DispatchClock?
    fileprivate let handles: CommandHandles
    private let device: ComputeDevice
    /// Buffers and pipelines must live as long as commands that name them.
    private var retained: [ObjectIdentifier: AnyObject] = [:]

    init(device: ComputeDevice, clock: DispatchClock?) throws(VulkanError) {
        handles = try CommandHandles(device: device, family: device.queue.family)
        self.device = device
        self.clock = clock
    }

    deinit {
        guard !device.isAbandoned else { return }
        handles.destroy(on: device)
    }

    func retain(_ object: AnyObject) {
        retained[ObjectIdentifier(object)] = object
    }

    /// What the dispatches are called, in the order recorded; `nil` unless the recorder timed dispatches.
    public var dispatchLabels: [String]? { clock?.dispatches.map(\.label) }

    /// How long each dispatch of the last run took, in the order recorded; `nil` unless the recorder timed dispatches.
    public func dispatchTimes() throws(VulkanError) -> [DispatchTime]? { try clock?.times() }
}

extension ComputeDevice {
    /// Runs recorded commands and waits until they are done; what they wrote is then visible to the CPU.
    ///
    /// - Throws: ``VulkanError`` with `.timeout` after ``timeoutMs`` or `.deviceLost`; the device must then be
    ///   opened anew.
    public func run(_ commands: CommandBuffer) throws(VulkanError) {
        try start(commands)
        try finish(commands)
    }

    /// Runs recorded commands and then others that need what the CPU works out while the first ones run.
    ///
    /// - Parameter work: done while `first` runs; what it writes into buffers is for `second` alone.
    /// - Throws: as ``run(_:)``, and what `work` throws, after which nothing runs any more.
    public func run(_ first: CommandBuffer, meanwhile work: () throws -> Void, then second: CommandBuffer) throws {
        try start(first)
        let outcome = Result {
            try work()
            try start(second)
        }
        // Whatever went wrong, the buffers are in use until the first commands are done.
        try finish(first)
        try outcome.get()
        try finish(second)
    }

    private func start(_ commands: CommandBuffer) throws(VulkanError) {
        guard !isAbandoned else {
            throw VulkanError(.deviceLost, call: "vkQueueSubmit2", detail: "the device failed before")
        }
        var buffer = VkCommandBufferSubmitInfo()
        buffer.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO
        buffer.commandBuffer = commands.handle
        let result = withUnsafePointer(to: &buffer) { buffer in
            var info = VkSubmitInfo2()
            info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2
            info.commandBufferInfoCount = 1
            info.pCommandBufferInfos = buffer
            return queue.submit(&info, fence: commands.handles.fence)
        }
        try abandoningOnLoss { () throws(VulkanError) in try check("vkQueueSubmit2", result) }
    }

    private func finish(_ commands: CommandBuffer) throws(VulkanError) {
        try abandoningOnLoss { () throws(VulkanError) in try wait(for: commands.handles.fence) }
    }
}
