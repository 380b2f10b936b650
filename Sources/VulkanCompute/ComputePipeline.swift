import CVulkan

/// A compute shader made ready for a device: its bindings, push constants and specialization.
public final class ComputePipeline {
    /// What a pipeline is made of.
    public struct Description: Hashable, Sendable {
        /// A name for messages.
        public let name: String
        /// Storage buffers at bindings 0 ..< bindingCount of set 0.
        public let bindingCount: Int
        /// Size of the push-constant block.
        public let pushConstantBytes: Int
        /// Values of the specialization constants 0, 1, 2, …
        public let constants: [UInt32]

        public init(name: String, bindingCount: Int, pushConstantBytes: Int, constants: [UInt32]) {
            self.name = name
            self.bindingCount = bindingCount
            self.pushConstantBytes = pushConstantBytes
            self.constants = constants
        }
    }

    /// What the pipeline is made of.
    public let description: Description

    let handle: VkPipeline
    let layout: VkPipelineLayout
    private let setLayout: VkDescriptorSetLayout
    private let device: ComputeDevice

    /// Compiles a shader.
    ///
    /// - Parameter spirv: the module's words; its entry point is `main`.
    /// - Throws: ``VulkanError`` with `.unsupported` if the description is over the device's limits.
    public init(
        device: ComputeDevice, spirv: [UInt32], description: Description, cache: PipelineCache
    ) throws(VulkanError) {
        guard description.pushConstantBytes <= device.description.limits.pushConstantBytes,
            description.bindingCount <= 32
        else {
            throw VulkanError(.unsupported, call: description.name, detail: "too many push constants or bindings")
        }
        let setLayout = try Self.makeSetLayout(device, bindingCount: description.bindingCount)
        var layout: VkPipelineLayout?
        var pipeline: VkPipeline?
        do {
            layout = try Self.makeLayout(device, setLayout, pushConstantBytes: description.pushConstantBytes)
            pipeline = try Self.makePipeline(device, layout, spirv: spirv, description, cache)
        } catch {
            vkDestroyPipelineLayout(device.handle, layout, nil)
            vkDestroyDescriptorSetLayout(device.handle, setLayout, nil)
            throw error
        }
        guard let layout, let pipeline, let setLayout else {
            throw VulkanError(.failed, call: description.name, detail: "the driver gave no pipeline")
        }
        self.device = device
        self.description = description
        self.setLayout = setLayout
        self.layout = layout
        handle = pipeline
    }

    deinit {
        guard !device.isAbandoned else { return }
        vkDestroyPipeline(device.handle, handle, nil)
        vkDestroyPipelineLayout(device.handle, layout, nil)
        vkDestroyDescriptorSetLayout(device.handle, setLayout, nil)
    }

    private static func makeSetLayout(
        _ device: ComputeDevice, bindingCount: Int
    ) throws(VulkanError) -> VkDescriptorSetLayout? {
        let bindings = (0..<bindingCount).map { index in
            var binding = VkDescriptorSetLayoutBinding()
            binding.binding = UInt32(index)
            binding.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER
            binding.descriptorCount = 1
            binding.stageFlags = UInt32(VK_SHADER_STAGE_COMPUTE_BIT.rawValue)
            return binding
        }
        var layout: VkDescriptorSetLayout?
        let result = bindings.withUnsafeBufferPointer { bindings in
            var info = VkDescriptorSetLayoutCreateInfo()
            info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO
            info.flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR.rawValue
            info.bindingCount = UInt32(bindings.count)
            info.pBindings = bindings.baseAddress
            return vkCreateDescriptorSetLayout(device.handle, &info, nil, &layout)
        }
        try check("vkCreateDescriptorSetLayout", result)
        return layout
    }

    private static func makeLayout(
        _ device: ComputeDevice, _ setLayout: VkDescriptorSetLayout?, pushConstantBytes: Int
    ) throws(VulkanError) -> VkPipelineLayout? {
        var range = VkPushConstantRange()
        range.stageFlags = UInt32(VK_SHADER_STAGE_COMPUTE_BIT.rawValue)
        range.size = UInt32(pushConstantBytes)
        var layout: VkPipelineLayout?
        let result = withUnsafePointer(to: setLayout) { setLayout in
            withUnsafePointer(to: range) { range in
                var info = VkPipelineLayoutCreateInfo()
                info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO
                info.setLayoutCount = 1
                info.pSetLayouts = setLayout
                info.pushConstantRangeCount = pushConstantBytes > 0 ? 1 : 0
                info.pPushConstantRanges = range
                return vkCreatePipelineLayout(device.handle, &info, nil, &layout)
            }
        }
        try check("vkCreatePipelineLayout", result)
        return layout
    }

    private static func makePipeline(
        _ device: ComputeDevice, _ layout: VkPipelineLayout?, spirv: [UInt32], _ description: Description,
        _ cache: PipelineCache
    ) throws(VulkanError) -> VkPipeline? {
        var module: VkShaderModule?
        let moduleResult = spirv.withUnsafeBytes { code in
            var info = VkShaderModuleCreateInfo()
            info.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO
            info.codeSize = code.count
            info.pCode = code.baseAddress?.assumingMemoryBound(to: UInt32.self)
            return vkCreateShaderModule(device.handle, &info, nil, &module)
        }
        try check("vkCreateShaderModule \(description.name)", moduleResult)
        defer { vkDestroyShaderModule(device.handle, module, nil) }

        let entries = description.constants.indices.map { index in
            VkSpecializationMapEntry(constantID: UInt32(index), offset: UInt32(index * 4), size: 4)
        }
        var subgroup = VkPipelineShaderStageRequiredSubgroupSizeCreateInfo()
        subgroup.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO
        subgroup.requiredSubgroupSize = UInt32(device.description.subgroupSize)
        let pins = device.physical.pinsSubgroupSize
        var pipeline: VkPipeline?
        let result = entries.withUnsafeBufferPointer { entries in
            description.constants.withUnsafeBytes { constants in
                var specialization = VkSpecializationInfo()
                specialization.mapEntryCount = UInt32(entries.count)
                specialization.pMapEntries = entries.baseAddress
                specialization.dataSize = constants.count
                specialization.pData = constants.baseAddress
                return withUnsafePointer(to: &specialization) { specialization in
                    withUnsafeMutablePointer(to: &subgroup) { subgroup in
                        withCStrings(["main"]) { entryPoint in
                            var info = VkComputePipelineCreateInfo()
                            info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO
                            info.layout = layout
                            info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO
                            info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT
                            info.stage.module = module
                            info.stage.pName = entryPoint[0]
                            info.stage.pSpecializationInfo = specialization
                            if pins { info.stage.pNext = UnsafeRawPointer(subgroup) }
                            return vkCreateComputePipelines(device.handle, cache.handle, 1, &info, nil, &pipeline)
                        }
                    }
                }
            }
        }
        try check("vkCreateComputePipelines \(description.name)", result)
        return pipeline
    }
}
