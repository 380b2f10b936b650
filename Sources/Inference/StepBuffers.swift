import VulkanCompute

/// The buffers through which the CPU talks with recorded commands: columns, token ids and block table go up in one copy,
/// masks in another, the chosen tokens come down in a third, logits only when asked for.
struct StepBuffers {
    /// Offsets of the parts; multiples of 256, the widest alignment that Vulkan lets a device ask for.
    private let tokensOffset: Int
    private let tableOffset: Int
    private let masksOffset: Int
    /// Bytes from one column's mask to the next.
    let maskBytes: Int
    private let limits: ModelLimits
    private let vocabularyCount: Int

    private let upload: DeviceBuffer
    private let onDevice: DeviceBuffer
    private let chosenOnDevice: DeviceBuffer
    private let chosen: DeviceBuffer
    private let logitsOnDevice: DeviceBuffer

    /// - Parameter tableWords: 32-bit words of the block table.
    init(device: ComputeDevice, vocabularyCount: Int, limits: ModelLimits, tableWords: Int) throws {
        func aligned(_ bytes: Int) -> Int { groupCount(bytes, of: 256) * 256 }
        self.vocabularyCount = vocabularyCount
        self.limits = limits
        tokensOffset = aligned(limits.columns * MemoryLayout<ColumnState>.stride)
        tableOffset = tokensOffset + aligned(limits.columns * 4)
        masksOffset = tableOffset + aligned(tableWords * 4)
        maskBytes = groupCount(vocabularyCount, of: 32) * 4
        let size = masksOffset + limits.choices * maskBytes
        upload = try DeviceBuffer(device: device, sizeBytes: size, placement: .upload)
        // What no pass has written yet is copied too.
        try upload.withBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        onDevice = try DeviceBuffer(device: device, sizeBytes: size, placement: .device)
        chosenOnDevice = try DeviceBuffer(device: device, sizeBytes: limits.choices * 4, placement: .device)
        chosen = try DeviceBuffer(device: device, sizeBytes: limits.choices * 4, placement: .readback)
        logitsOnDevice = try DeviceBuffer(
            device: device, sizeBytes: ActivationBuffer.byteCount(rows: vocabularyCount, tokens: limits.choices),
            placement: .device)
    }

    /// The columns of a pass on the device.
    func columns(count: Int, splits: Int) -> PassColumns {
        PassColumns(
            count: count, tokens: onDevice.slice(offset: tokensOffset, size: count * 4),
            states: onDevice.slice(size: count * MemoryLayout<ColumnState>.stride),
            blockTable: onDevice.slice(offset: tableOffset, size: masksOffset - tableOffset), splits: splits)
    }

    /// Masks of the first columns, ``maskBytes`` apart.
    func masks(count: Int) -> BufferSlice { onDevice.slice(offset: masksOffset, size: count * maskBytes) }

    /// Logits of the columns that a pass gives some for.
    func logits(count: Int) -> BufferSlice {
        logitsOnDevice.slice(size: ActivationBuffer.byteCount(rows: vocabularyCount, tokens: count))
    }

    /// Ids that the sampler chose.
    func choices(count: Int) -> BufferSlice { chosenOnDevice.slice(size: count * 4) }

    /// Records the copy of what was written, all but the masks.
    func recordUpload(_ recorder: CommandRecorder) throws {
        try recorder.copy(from: upload.slice(), to: onDevice.slice(), size: masksOffset)
    }

    /// Records the copy of the first masks.
    func recordMaskUpload(_ recorder: CommandRecorder, count: Int) throws {
        let size = count * maskBytes
        try recorder.copy(from: upload.slice(offset: masksOffset, size: size), to: masks(count: count), size: size)
    }

    /// Records the copy that ``readChoices(count:)`` reads.
    func recordDownload(_ recorder: CommandRecorder, count: Int) throws {
        try recorder.copy(from: choices(count: count), to: chosen.slice(), size: count * 4)
    }

    func write(_ token: Int32, state: ColumnState, column: Int) throws {
        precondition(column < limits.columns, "a pass is at most as wide as the buffers")
        try upload.withBytes { bytes in
            bytes.storeBytes(
                of: state, toByteOffset: column * MemoryLayout<ColumnState>.stride, as: ColumnState.self)
            bytes.storeBytes(of: token, toByteOffset: tokensOffset + column * 4, as: Int32.self)
        }
    }

    func write(table words: [UInt32]) throws {
        try write(words, offset: tableOffset, size: masksOffset - tableOffset)
    }

    func write(mask words: [UInt32], column: Int) throws {
        precondition(column < limits.choices, "a step's columns have masks")
        try write(words, offset: masksOffset + column * maskBytes, size: maskBytes)
    }

    private func write(_ words: [UInt32], offset: Int, size: Int) throws {
        try upload.withBytes { bytes in
            words.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + size])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(size)))
            }
        }
    }

    func readChoices(count: Int) throws -> [UInt32] {
        try chosen.withBytes { Array($0.bindMemory(to: UInt32.self).prefix(count)) }
    }

    /// Runs a copy of the first column's logits to the CPU, after a pass that gave only those; not part of generation.
    func readLogits(device: ComputeDevice) throws -> [Float] {
        let source = logits(count: 1)
        let readback = try DeviceBuffer(device: device, sizeBytes: source.size, placement: .readback)
        let recorder = try CommandRecorder(device: device)
        try recorder.copy(from: source, to: readback.slice(), size: source.size)
        try device.run(try recorder.finish())
        return try readback.withBytes { Array($0.bindMemory(to: Float.self).prefix(vocabularyCount)) }
    }
}
