import Testing

@testable import VulkanCompute

/// Opens the best device with validation on and requires that nothing was reported when `body` is done.
func withValidatedDevice(
    timeoutMs: Int = 60_000, _ body: (ComputeDevice) throws -> Void
) throws {
    let instance = try VulkanInstance(validation: true)
    let log = try #require(instance.validation)
    do {
        let device = try ComputeDevice(instance: instance, timeoutMs: timeoutMs)
        try body(device)
    }
    #expect(log.messages == [])
}

/// A buffer in host memory that holds the words.
func upload(_ words: [UInt32], to device: ComputeDevice) throws -> DeviceBuffer {
    let buffer = try DeviceBuffer(device: device, sizeBytes: words.count * 4, placement: .upload)
    try buffer.withBytes { bytes in
        words.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
    return buffer
}

/// The first words of a buffer in host memory.
func words(of buffer: DeviceBuffer, count: Int) throws -> [UInt32] {
    try buffer.withBytes { Array($0.bindMemory(to: UInt32.self).prefix(count)) }
}
