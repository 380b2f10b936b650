import VulkanCompute

/// The buffers through which the CPU talks with recorded commands: state, token ids and mask go up in one copy, the
/// chosen token comes down, logits only when asked for.
struct StepBuffers {
    /// Offsets of the parts; multiples of 256, the widest alignment that Vulkan lets a device ask for.
    private static let tokensOffset = 256
    private let maskOffset: Int
    private let size: Int
    private let maximumTokens: Int
    private let vocabularyCount: Int

    private let upload: DeviceBuffer
    private let onDevice: DeviceBuffer
    private let chosenOnDevice: DeviceBuffer
    private let chosen: DeviceBuffer
    private let logitsOnDevice: DeviceBuffer

    init(device: ComputeDevice, vocabularyCount: Int, maximumTokens: Int) throws {
        self.vocabularyCount = vocabularyCount
        self.maximumTokens = maximumTokens
        maskOffset = Self.tokensOffset + (maximumTokens * 4 + 255) / 256 * 256
        size = maskOffset + (vocabularyCount + 31) / 32 * 4
        upload = try DeviceBuffer(device: device, sizeBytes: size, placement: .upload)
        onDevice = try DeviceBuffer(device: device, sizeBytes: size, placement: .device)
        chosenOnDevice = try DeviceBuffer(device: device, sizeBytes: 4, placement: .device)
        chosen = try DeviceBuffer(device: device, sizeBytes: 4, placement: .readback)
        logitsOnDevice = try DeviceBuffer(
            device: device, sizeBytes: ActivationBuffer.byteCount(rows: vocabularyCount, tokens: 1), placement: .device)
    }

    var state: BufferSlice { onDevice.slice(size: MemoryLayout<StepState>.size) }
    var tokens: BufferSlice { onDevice.slice(offset: Self.tokensOffset, size: maximumTokens * 4) }
    var mask: BufferSlice { onDevice.slice(offset: maskOffset, size: size - maskOffset) }
    var logits: BufferSlice { logitsOnDevice.slice() }
    var choice: BufferSlice { chosenOnDevice.slice() }

    /// Records the copy of what ``write(state:tokens:)`` and ``write(mask:)`` wrote.
    func recordUpload(_ recorder: CommandRecorder) throws {
        try recorder.copy(from: upload.slice(), to: onDevice.slice(), size: size)
    }

    /// Records the copy that ``readChoice()`` reads.
    func recordDownload(_ recorder: CommandRecorder) throws {
        try recorder.copy(from: choice, to: chosen.slice(), size: 4)
    }

    func write(state: StepState, tokens: ArraySlice<Int32>) throws {
        precondition(tokens.count <= maximumTokens, "a batch is at most as long as the buffers")
        try upload.withBytes { bytes in
            bytes.storeBytes(of: state, as: StepState.self)
            for (index, token) in tokens.enumerated() {
                bytes.storeBytes(of: token, toByteOffset: Self.tokensOffset + index * 4, as: Int32.self)
            }
        }
    }

    func write(mask words: [UInt32]) throws {
        try upload.withBytes { bytes in
            words.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: bytes[maskOffset..<size])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(size - maskOffset)))
            }
        }
    }

    func readChoice() throws -> UInt32 {
        try chosen.withBytes { $0.load(as: UInt32.self) }
    }

    /// Runs a copy of the logits to the CPU; not part of generation.
    func readLogits(device: ComputeDevice) throws -> [Float] {
        let readback = try DeviceBuffer(device: device, sizeBytes: logitsOnDevice.sizeBytes, placement: .readback)
        let recorder = try CommandRecorder(device: device)
        try recorder.copy(from: logits, to: readback.slice(), size: logitsOnDevice.sizeBytes)
        try device.run(try recorder.finish())
        return try readback.withBytes { Array($0.bindMemory(to: Float.self).prefix(vocabularyCount)) }
    }
}
