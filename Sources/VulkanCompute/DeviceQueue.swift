import CVulkan
import Synchronization

/// A queue of a device, to which several threads may submit.
///
/// `@unchecked Sendable` holds because the handle never changes and is used under the lock only, as Vulkan asks.
final class DeviceQueue: @unchecked Sendable {
    let family: UInt32
    private let handle: VkQueue
    private let lock = Mutex(())

    /// - Returns: `nil` if the driver gives none.
    init?(_ device: VkDevice, family: UInt32) {
        var queue: VkQueue?
        vkGetDeviceQueue(device, family, 0, &queue)
        guard let queue else { return nil }
        handle = queue
        self.family = family
    }

    func submit(_ info: UnsafePointer<VkSubmitInfo2>, fence: VkFence?) -> VkResult {
        lock.withLock { _ in vkQueueSubmit2(handle, 1, info, fence) }
    }
}

extension ComputeDevice {
    /// The families of all queues, for buffers that more than one of them uses.
    var queueFamilies: [UInt32] {
        transferQueue === queue ? [queue.family] : [queue.family, transferQueue.family]
    }

    /// Waits until a submission has signalled its fence, and makes the fence ready for the next one.
    ///
    /// - Throws: ``VulkanError`` with `.timeout` after ``timeoutMs``, or `.deviceLost`.
    func wait(for fence: VkFence) throws(VulkanError) {
        var fence: VkFence? = fence
        let timeoutNs = UInt64(clamping: timeoutMs) * 1_000_000
        let waited = vkWaitForFences(handle, 1, &fence, VK_TRUE, timeoutNs)
        if waited == VK_TIMEOUT {
            throw VulkanError(.timeout, call: "vkWaitForFences", detail: "no answer within \(timeoutMs) ms")
        }
        try check("vkWaitForFences", waited)
        try check("vkResetFences", vkResetFences(handle, 1, &fence))
    }

    /// Makes what the transfer queue has written visible to the queue that runs shaders.
    ///
    /// A fence tells only the CPU that copies are done; between queues that is a semaphore's work.
    func acquireFromTransferQueue() throws(VulkanError) {
        guard transferQueue !== queue else { return }
        var semaphoreInfo = VkSemaphoreCreateInfo()
        semaphoreInfo.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO
        var semaphore: VkSemaphore?
        try check("vkCreateSemaphore", vkCreateSemaphore(handle, &semaphoreInfo, nil, &semaphore))
        defer { if !isAbandoned { vkDestroySemaphore(handle, semaphore, nil) } }
        let fence = try makeFence()
        defer { if !isAbandoned { vkDestroyFence(handle, fence, nil) } }
        var point = VkSemaphoreSubmitInfo()
        point.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO
        point.semaphore = semaphore
        point.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT
        let result = withUnsafePointer(to: point) { point in
            var signal = VkSubmitInfo2()
            signal.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2
            signal.signalSemaphoreInfoCount = 1
            signal.pSignalSemaphoreInfos = point
            let signalled = transferQueue.submit(&signal, fence: nil)
            guard signalled == VK_SUCCESS else { return signalled }
            var wait = VkSubmitInfo2()
            wait.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2
            wait.waitSemaphoreInfoCount = 1
            wait.pWaitSemaphoreInfos = point
            return queue.submit(&wait, fence: fence)
        }
        try abandoningOnLoss { () throws(VulkanError) in
            try check("vkQueueSubmit2", result)
            try wait(for: fence)
        }
    }

    /// Runs `body` and, where it ends with a time-out or a lost device, lets nothing wait for the device any more.
    func abandoningOnLoss<Result>(_ body: () throws(VulkanError) -> Result) throws(VulkanError) -> Result {
        do {
            return try body()
        } catch {
            if error.code == .timeout || error.code == .deviceLost { isAbandoned = true }
            throw error
        }
    }
}
