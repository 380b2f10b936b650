import CVulkan

/// A storage buffer as one dispatch uses it; the access must be the one that the shader declares.
public struct Binding {
    let access: HazardTracker.Access
    /// Bytes that the dispatch moves, for measurements.
    let movedBytes: Int

    /// The shader declares the buffer `readonly`.
    ///
    /// - Parameter moved: bytes that it reads, for measurements; the whole range if left out.
    public static func read(_ slice: BufferSlice, moved: Int? = nil) -> Binding {
        Binding(access: .init(slice: slice, writes: false), movedBytes: moved ?? slice.size)
    }

    /// The shader writes the buffer, or both reads and writes it.
    ///
    /// - Parameter moved: bytes that it reads and writes, for measurements; the whole range if left out.
    public static func write(_ slice: BufferSlice, moved: Int? = nil) -> Binding {
        Binding(access: .init(slice: slice, writes: true), movedBytes: moved ?? slice.size)
    }
}

/// Records dispatches and copies into a command buffer, with a barrier on exactly the ranges that need one.
public final class CommandRecorder {
    /// How many dispatches were recorded so far.
    public var dispatchCount: Int { commands.dispatchCount }

    private let device: ComputeDevice
    private let commands: CommandBuffer
    private var hazards = HazardTracker()

    /// Starts recording.
    ///
    /// - Parameter timesDispatches: for measurements, see ``CommandBuffer/dispatchTimes()``.
    public init(device: ComputeDevice, timesDispatches: Bool = false) throws(VulkanError) {
        self.device = device
        commands = try CommandBuffer(
            device: device, clock: timesDispatches ? try DispatchClock(device: device) : nil)
        var info = VkCommandBufferBeginInfo()
        info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO
        try check("vkBeginCommandBuffer", vkBeginCommandBuffer(commands.handle, &info))
        // What earlier submissions wrote is visible from here on; inside, barriers are narrow.
        globalBarrier(
            from: workStages, VK_ACCESS_2_MEMORY_WRITE_BIT,
            to: workStages, VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT)
        commands.clock?.start(commands.handle)
    }

    /// Records one dispatch.
    ///
    /// - Parameters:
    ///   - bindings: the buffers of bindings 0, 1, 2, …, as many as the pipeline has.
    ///   - push: the push-constant block, laid out as the shader declares it.
    ///   - groups: workgroups in x, y and z.
    ///   - label: what a measurement calls it; the shader's name if left out.
    /// - Throws: ``VulkanError`` with `.invalidUse`, before anything is recorded, if the bindings or groups do not
    ///   fit the pipeline or the device.
    public func dispatch<Push: BitwiseCopyable>(
        _ pipeline: ComputePipeline, _ bindings: [Binding], push: Push, groups: (Int, Int, Int),
        label: @autoclosure () -> String? = nil
    ) throws(VulkanError) {
        try validate(pipeline, bindings, pushBytes: MemoryLayout<Push>.size, groups: groups)
        orderAfterConflicts(bindings.map(\.access))
        commands.retain(pipeline)
        vkCmdBindPipeline(commands.handle, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle)
        pushDescriptors(bindings, layout: pipeline.layout)
        withUnsafeBytes(of: push) { bytes in
            vkCmdPushConstants(
                commands.handle, pipeline.layout, UInt32(VK_SHADER_STAGE_COMPUTE_BIT.rawValue), 0,
                UInt32(bytes.count), bytes.baseAddress)
        }
        vkCmdDispatch(commands.handle, UInt32(groups.0), UInt32(groups.1), UInt32(groups.2))
        commands.dispatchCount += 1
        if let clock = commands.clock {
            let slices = bindings.map(\.access.slice)
            // A range that is bound twice moves once.
            let distinct = slices.indices.filter { index in !slices[..<index].contains { $0.isSame(as: slices[index]) }
            }
            try clock.note(
                label() ?? pipeline.description.name,
                movedBytes: distinct.reduce(0) { $0 + bindings[$1].movedBytes }, commands.handle)
        }
    }

    /// Records a copy of `size` bytes between two buffers.
    public func copy(from source: BufferSlice, to target: BufferSlice, size: Int) throws(VulkanError) {
        let from = source.buffer.slice(offset: source.offset, size: size)
        let to = target.buffer.slice(offset: target.offset, size: size)
        guard size > 0, size <= source.size, size <= target.size, fits(from), fits(to) else {
            throw VulkanError(.invalidUse, call: "vkCmdCopyBuffer", detail: "\(size) bytes do not fit the buffers")
        }
        orderAfterConflicts([.init(slice: from, writes: false), .init(slice: to, writes: true)])
        var region = VkBufferCopy(
            srcOffset: VkDeviceSize(from.offset), dstOffset: VkDeviceSize(to.offset), size: VkDeviceSize(size))
        vkCmdCopyBuffer(commands.handle, from.buffer.handle, to.buffer.handle, 1, &region)
    }

    /// Ends recording; the result may be run any number of times. The recorder must not be used afterwards.
    public func finish() throws(VulkanError) -> CommandBuffer {
        globalBarrier(
            from: workStages, VK_ACCESS_2_MEMORY_WRITE_BIT,
            to: VK_PIPELINE_STAGE_2_HOST_BIT, VK_ACCESS_2_HOST_READ_BIT)
        try check("vkEndCommandBuffer", vkEndCommandBuffer(commands.handle))
        return commands
    }

    private let workStages = VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_2_COPY_BIT

    private func validate(
        _ pipeline: ComputePipeline, _ bindings: [Binding], pushBytes: Int, groups: (Int, Int, Int)
    ) throws(VulkanError) {
        let limits = device.description.limits
        let description = pipeline.description
        func refuse(_ detail: String) -> VulkanError {
            VulkanError(.invalidUse, call: "dispatch \(description.name)", detail: detail)
        }
        guard bindings.count == description.bindingCount, pushBytes == description.pushConstantBytes else {
            throw refuse("\(bindings.count) bindings and \(pushBytes) bytes of push constants do not fit the shader")
        }
        for (count, limit) in zip([groups.0, groups.1, groups.2], limits.workgroupCount)
        where count < 1 || count > limit {
            throw refuse("\(count) workgroups, 1 to \(limit) are allowed")
        }
        for (index, binding) in bindings.enumerated() {
            let slice = binding.access.slice
            guard fits(slice), slice.offset % limits.storageBufferAlignmentBytes == 0,
                slice.size <= limits.storageBufferRangeBytes
            else { throw refuse("binding \(index): offset \(slice.offset), size \(slice.size)") }
        }
    }

    private func fits(_ slice: BufferSlice) -> Bool {
        slice.offset >= 0 && slice.size > 0 && slice.offset <= slice.buffer.sizeBytes - slice.size
    }

    private func orderAfterConflicts(_ accesses: [HazardTracker.Access]) {
        for access in accesses { commands.retain(access.slice.buffer) }
        let barriers = hazards.conflicts(with: accesses).map { earlier in
            var barrier = VkBufferMemoryBarrier2()
            barrier.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER_2
            barrier.srcStageMask = workStages
            barrier.srcAccessMask = earlier.writes ? VK_ACCESS_2_MEMORY_WRITE_BIT : VK_ACCESS_2_NONE
            barrier.dstStageMask = workStages
            barrier.dstAccessMask = VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT
            barrier.srcQueueFamilyIndex = ~0
            barrier.dstQueueFamilyIndex = ~0
            barrier.buffer = earlier.slice.buffer.handle
            barrier.offset = VkDeviceSize(earlier.slice.offset)
            barrier.size = VkDeviceSize(earlier.slice.size)
            return barrier
        }
        guard !barriers.isEmpty else { return }
        barriers.withUnsafeBufferPointer { barriers in
            var dependency = VkDependencyInfo()
            dependency.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO
            dependency.bufferMemoryBarrierCount = UInt32(barriers.count)
            dependency.pBufferMemoryBarriers = barriers.baseAddress
            vkCmdPipelineBarrier2(commands.handle, &dependency)
        }
    }

    private func globalBarrier(
        from sourceStage: VkPipelineStageFlags2, _ sourceAccess: VkAccessFlags2,
        to targetStage: VkPipelineStageFlags2, _ targetAccess: VkAccessFlags2
    ) {
        var barrier = VkMemoryBarrier2()
        barrier.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2
        barrier.srcStageMask = sourceStage
        barrier.srcAccessMask = sourceAccess
        barrier.dstStageMask = targetStage
        barrier.dstAccessMask = targetAccess
        withUnsafePointer(to: &barrier) { barrier in
            var dependency = VkDependencyInfo()
            dependency.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO
            dependency.memoryBarrierCount = 1
            dependency.pMemoryBarriers = barrier
            vkCmdPipelineBarrier2(commands.handle, &dependency)
        }
    }

    private func pushDescriptors(_ bindings: [Binding], layout: VkPipelineLayout) {
        let infos = bindings.map { binding in
            VkDescriptorBufferInfo(
                buffer: binding.access.slice.buffer.handle, offset: VkDeviceSize(binding.access.slice.offset),
                range: VkDeviceSize(binding.access.slice.size))
        }
        infos.withUnsafeBufferPointer { infos in
            let writes = infos.indices.map { index in
                var write = VkWriteDescriptorSet()
                write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET
                write.dstBinding = UInt32(index)
                write.descriptorCount = 1
                write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER
                write.pBufferInfo = infos.baseAddress.map { $0 + index }
                return write
            }
            device.pushDescriptors(
                commands.handle, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, UInt32(writes.count), writes)
        }
    }
}
