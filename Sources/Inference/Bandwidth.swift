import VulkanCompute

/// The memory bandwidth that a device reaches with plain streaming: the yardstick for ``MemoryPlan/readPerTokenBytes``.
public struct Bandwidth: Sendable, Equatable {
    /// Bytes read and written in a second, the best of several copies of a large buffer.
    public let bytesPerSecond: Double

    /// The caches of large GPUs hold up to 72 MB; this is far over them.
    private static let standardBytes = 256 << 20

    /// Copies a buffer on the device a few times with a shader; takes well under a second.
    ///
    /// The time is the device's own where it has a clock, so that submitting does not count.
    ///
    /// - Parameter sizeBytes: of the buffer; 256 MiB if left out, or what a binding holds or the device has to spare.
    /// - Throws: ``ModelError`` with `.device`.
    public static func measure(device: ComputeDevice, sizeBytes: Int? = nil) throws(ModelError) -> Bandwidth {
        try ModelError.wrap {
            let limits = device.description.limits
            let spareBytes = min(limits.storageBufferRangeBytes, device.memoryBudgetBytes() / 8)
            let sizeBytes = sizeBytes ?? max(1 << 20, min(standardBytes, spareBytes / 16 * 16))
            let library = try KernelLibrary(device: device)
            let workgroup = library.profile.lanes * 8
            let pipeline = try library.pipeline("copy", bindings: 2, push: UInt32.self, workgroup: workgroup)
            let source = try DeviceBuffer(device: device, sizeBytes: sizeBytes, placement: .device)
            let target = try DeviceBuffer(device: device, sizeBytes: sizeBytes, placement: .device)
            let groups = min(groupCount(sizeBytes / 16, of: workgroup), 4096)
            let recorder = try CommandRecorder(device: device, timesDispatches: limits.timestampPeriodNs > 0)
            try recorder.dispatch(
                pipeline, [.read(source.slice()), .write(target.slice())], push: UInt32(sizeBytes / 16),
                groups: (groups, 1, 1))
            let commands = try recorder.finish()
            // The first run compiles the shader and touches the memory.
            try device.run(commands)
            let clock = ContinuousClock()
            let durations = try (0..<5).map { _ in
                let whole = try clock.measure { try device.run(commands) }
                return try commands.dispatchTimes()?.first?.nanoseconds ?? whole.milliseconds * 1e6
            }
            return Bandwidth(bytesPerSecond: Double(2 * sizeBytes) / (durations.min() ?? .infinity) * 1e9)
        }
    }
}
