import VulkanCompute

/// The memory bandwidth that a device reaches with plain streaming: the yardstick for ``MemoryPlan/readPerTokenBytes``.
public struct Bandwidth: Sendable, Equatable {
    /// Bytes read and written in a second, the best of several copies of a large buffer.
    public let bytesPerSecond: Double

    /// Copies a buffer on the device a few times with a shader; takes well under a second.
    ///
    /// - Parameter sizeBytes: of the buffer; should be far over the device's caches.
    /// - Throws: ``ModelError`` with `.device`.
    public static func measure(device: ComputeDevice, sizeBytes: Int = 64 << 20) throws(ModelError) -> Bandwidth {
        try ModelError.wrap {
            let library = try KernelLibrary(device: device)
            let workgroup = library.profile.lanes * 8
            let pipeline = try library.pipeline("copy", bindings: 2, push: UInt32.self, workgroup: workgroup)
            let source = try DeviceBuffer(device: device, sizeBytes: sizeBytes, placement: .device)
            let target = try DeviceBuffer(device: device, sizeBytes: sizeBytes, placement: .device)
            let groups = min(groupCount(sizeBytes / 16, of: workgroup), 4096)
            let recorder = try CommandRecorder(device: device)
            try recorder.dispatch(
                pipeline, [.read(source.slice()), .write(target.slice())], push: UInt32(sizeBytes / 16),
                groups: (groups, 1, 1))
            let commands = try recorder.finish()
            // The first run compiles the shader and touches the memory.
            try device.run(commands)
            let clock = ContinuousClock()
            let durations = try (0..<5).map { _ in try clock.measure { try device.run(commands) } }
            let best = durations.map(\.milliseconds).min() ?? .infinity
            return Bandwidth(bytesPerSecond: Double(2 * sizeBytes) / best * 1000)
        }
    }
}
