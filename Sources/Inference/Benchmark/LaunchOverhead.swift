import VulkanCompute

/// What it costs to start work on a device, whatever the work.
public struct LaunchOverhead: Sendable, Equatable {
    /// Of a dispatch that waits for the one before it.
    public let dispatchNs: Double
    /// Of a submission without dispatches, from the call until its caller goes on.
    public let submissionNs: Double

    /// Runs a short and a long row of dispatches that copy next to nothing, each from what the one before wrote.
    ///
    /// - Throws: ``ModelError`` with `.device`.
    public static func measure(device: ComputeDevice) throws(ModelError) -> LaunchOverhead {
        try ModelError.wrap {
            let library = try KernelLibrary(device: device)
            let lanes = library.profile.lanes
            let pipeline = try library.pipeline("copy", bindings: 2, push: UInt32.self, workgroup: lanes)
            let buffers = try (0..<2).map { _ in
                try DeviceBuffer(device: device, sizeBytes: lanes * 16, placement: .device)
            }
            func time(_ dispatches: Int) throws -> Double {
                let recorder = try CommandRecorder(device: device)
                for index in 0..<dispatches {
                    try recorder.dispatch(
                        pipeline, [.read(buffers[index % 2].slice()), .write(buffers[(index + 1) % 2].slice())],
                        push: UInt32(lanes), groups: (1, 1, 1))
                }
                let commands = try recorder.finish()
                let clock = ContinuousClock()
                // The first run compiles the shader.
                try device.run(commands)
                // The least, because what else the machine does can only add to it.
                return try (0..<11).map { _ in try clock.measure { try device.run(commands) }.milliseconds * 1e6 }
                    .min() ?? 0
            }
            let (few, many) = (8, 264)
            let short = try time(few)
            let dispatchNs = max(0, (try time(many) - short) / Double(many - few))
            return LaunchOverhead(
                dispatchNs: dispatchNs, submissionNs: max(0, short - Double(few) * dispatchNs))
        }
    }
}
