import CVulkan
import Foundation
import Shaders
import Testing

@testable import VulkanCompute

@Suite("a compute device")
struct ComputeDeviceTests {
    private func copyPipeline(_ device: ComputeDevice, cache path: String? = nil) throws -> ComputePipeline {
        let cache = try PipelineCache(device: device, path: path)
        let pipeline = try ComputePipeline(
            device: device, spirv: ShaderLibrary.spirv(named: "copy"),
            description: .init(name: "copy", bindingCount: 2, pushConstantBytes: 4, constants: [64]), cache: cache)
        try cache.save()
        return pipeline
    }

    @Test("runs a shader over buffers, again and again, with nothing for the validation layer to report")
    func copies() throws {
        try withValidatedDevice { device in
            let pipeline = try copyPipeline(device)
            let input = (0..<1000).map { UInt32($0) &* 2_654_435_761 }
            let source = try upload(input, to: device)
            let local = try DeviceBuffer(device: device, sizeBytes: 4000, placement: .device)
            let middle = try DeviceBuffer(device: device, sizeBytes: 4000, placement: .device)
            let result = try DeviceBuffer(device: device, sizeBytes: 4000, placement: .readback)
            let recorder = try CommandRecorder(device: device, timesDispatches: true)
            try recorder.copy(from: source.slice(), to: local.slice(), size: 4000)
            try recorder.dispatch(
                pipeline, [.read(local.slice()), .write(middle.slice())], push: UInt32(250), groups: (2, 1, 1))
            try recorder.dispatch(
                pipeline, [.read(middle.slice(), moved: 100), .write(local.slice())], push: UInt32(250),
                groups: (1, 1, 1), label: "back")
            try recorder.copy(from: local.slice(), to: result.slice(), size: 4000)
            let commands = try recorder.finish()
            for _ in 0..<3 {
                try device.run(commands)
                #expect(try words(of: result, count: 1000) == input)
            }
            let times = try #require(try commands.dispatchTimes())
            #expect(times.map(\.label) == ["copy", "back"])
            #expect(commands.dispatchLabels == ["copy", "back"])
            #expect(times.map(\.movedBytes) == [8000, 4100])
            #expect(times.allSatisfy { $0.nanoseconds > 0 })
        }
    }

    @Test("runs commands, then others that take what the CPU wrote meanwhile; nothing runs on after work that fails")
    func meanwhile() throws {
        struct Refused: Error {}
        try withValidatedDevice { device in
            let pipeline = try copyPipeline(device)
            let input = (0..<64).map { UInt32($0) }
            let source = try upload(input, to: device)
            let late = try upload([UInt32](repeating: 0, count: 64), to: device)
            let local = try DeviceBuffer(device: device, sizeBytes: 256, placement: .device)
            let other = try DeviceBuffer(device: device, sizeBytes: 256, placement: .device)
            let result = try DeviceBuffer(device: device, sizeBytes: 512, placement: .readback)
            let first = try CommandRecorder(device: device)
            try first.copy(from: source.slice(), to: local.slice(), size: 256)
            try first.dispatch(
                pipeline, [.read(local.slice()), .write(other.slice())], push: UInt32(16), groups: (1, 1, 1))
            let second = try CommandRecorder(device: device)
            try second.copy(from: other.slice(), to: result.slice(size: 256), size: 256)
            try second.copy(from: late.slice(), to: result.slice(offset: 256, size: 256), size: 256)
            let (before, after) = (try first.finish(), try second.finish())
            #expect(throws: Refused.self) { try device.run(before, meanwhile: { throw Refused() }, then: after) }
            for round in 1...3 as ClosedRange<UInt32> {
                try device.run(
                    before,
                    meanwhile: {
                        try late.withBytes { $0.bindMemory(to: UInt32.self).update(repeating: round) }
                    }, then: after)
                #expect(try words(of: result, count: 128) == input + [UInt32](repeating: round, count: 64))
            }
        }
    }

    @Test("the validation layer sees a write after a read that no barrier orders")
    func validationWorks() throws {
        let instance = try VulkanInstance(validation: true)
        let log = try #require(instance.validation)
        let device = try ComputeDevice(instance: instance)
        let buffer = try DeviceBuffer(device: device, sizeBytes: 64, placement: .device)
        let other = try DeviceBuffer(device: device, sizeBytes: 64, placement: .device)
        let pipeline = try copyPipeline(device)
        let recorder = try CommandRecorder(device: device)
        // The second dispatch lies about its access, so the tracker leaves the barrier out.
        try recorder.dispatch(
            pipeline, [.read(buffer.slice()), .read(other.slice())], push: UInt32(4), groups: (1, 1, 1))
        try recorder.dispatch(
            pipeline, [.read(other.slice()), .read(buffer.slice())], push: UInt32(4), groups: (1, 1, 1))
        _ = try recorder.finish()
        #expect(log.messages.contains { $0.contains("SYNC-HAZARD") })
    }

    @Test("refuses bindings, push constants and workgroups that do not fit, before recording them")
    func refusesMisuse() throws {
        try withValidatedDevice { device in
            let pipeline = try copyPipeline(device)
            let buffer = try DeviceBuffer(device: device, sizeBytes: 64, placement: .device)
            let recorder = try CommandRecorder(device: device)
            let good: [Binding] = [.read(buffer.slice(size: 32)), .write(buffer.slice(offset: 32))]
            let bad: [() throws -> Void] = [
                { try recorder.dispatch(pipeline, [good[0]], push: UInt32(1), groups: (1, 1, 1)) },
                { try recorder.dispatch(pipeline, good, push: UInt64(1), groups: (1, 1, 1)) },
                { try recorder.dispatch(pipeline, good, push: UInt32(1), groups: (0, 1, 1)) },
                { try recorder.dispatch(pipeline, good, push: UInt32(1), groups: (1, 70_000_000, 1)) },
                {
                    let outside = buffer.slice(offset: 48, size: 32)
                    try recorder.dispatch(pipeline, [good[0], .write(outside)], push: UInt32(1), groups: (1, 1, 1))
                },
                { try recorder.copy(from: buffer.slice(), to: buffer.slice(offset: 32), size: 64) },
                { _ = try buffer.withBytes { $0.count } },
            ]
            for misuse in bad {
                #expect { try misuse() } throws: { ($0 as? VulkanError)?.code == .invalidUse }
            }
            #expect(recorder.dispatchCount == 0)
            _ = try recorder.finish()
        }
    }

    @Test("an allocation over the device's memory is a typed error that names the sizes")
    func outOfMemory() throws {
        let device = try ComputeDevice(instance: VulkanInstance())
        #expect {
            _ = try DeviceBuffer(device: device, sizeBytes: Int.max / 2, placement: .device)
        } throws: { ($0 as? VulkanError)?.code == .outOfMemory }
        #expect {
            _ = try DeviceBuffer(device: device, sizeBytes: 0, placement: .device)
        } throws: { ($0 as? VulkanError)?.code == .outOfMemory }
    }

    @Test("a submission over its time is a typed time-out, and the device refuses further work")
    func timesOut() throws {
        let device = try ComputeDevice(instance: VulkanInstance(), timeoutMs: 0)
        let pipeline = try copyPipeline(device)
        let size = 64 << 20
        let source = try DeviceBuffer(device: device, sizeBytes: size, placement: .device)
        let target = try DeviceBuffer(device: device, sizeBytes: size, placement: .device)
        let recorder = try CommandRecorder(device: device)
        try recorder.dispatch(
            pipeline, [.read(source.slice()), .write(target.slice())], push: UInt32(size / 16), groups: (64, 1, 1))
        let commands = try recorder.finish()
        #expect { try device.run(commands) } throws: { ($0 as? VulkanError)?.code == .timeout }
        #expect { try device.run(commands) } throws: { ($0 as? VulkanError)?.code == .deviceLost }
        // This driver is sound and will finish; its threads must not outlive the test's buffers.
        vkDeviceWaitIdle(device.handle)
    }

    @Test("a pipeline cache comes back from its file, and a damaged file is ignored and replaced")
    func pipelineCache() throws {
        let path = NSTemporaryDirectory() + "andon-cache-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try withValidatedDevice { device in
            _ = try copyPipeline(device, cache: path)
            let written = try #require(FileManager.default.contents(atPath: path))
            for damage in [Data("nonsense".utf8), written.dropLast(), Data(written.map { $0 ^ 1 }), Data()] {
                try damage.write(to: URL(fileURLWithPath: path))
                _ = try copyPipeline(device, cache: path)
                #expect(FileManager.default.contents(atPath: path)?.prefix(18) == Data("andon pipelines 1\n".utf8))
            }
        }
    }
}
