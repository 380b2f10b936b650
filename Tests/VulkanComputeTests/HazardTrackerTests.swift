import Testing

@testable import VulkanCompute

@Suite("the hazard tracker")
struct HazardTrackerTests {
    @Test("asks for a barrier on overlapping ranges unless both only read")
    func conflicts() throws {
        let device = try ComputeDevice(instance: VulkanInstance())
        let buffer = try DeviceBuffer(device: device, sizeBytes: 1024, placement: .device)
        func access(_ range: Range<Int>, writes: Bool) -> HazardTracker.Access {
            .init(slice: buffer.slice(offset: range.lowerBound, size: range.count), writes: writes)
        }
        var tracker = HazardTracker()
        #expect(tracker.conflicts(with: [access(0..<512, writes: true)]).isEmpty)
        #expect(tracker.conflicts(with: [access(512..<1024, writes: true)]).isEmpty, "ranges side by side")
        #expect(tracker.conflicts(with: [access(0..<16, writes: false)]).count == 1, "read after write")
        #expect(tracker.conflicts(with: [access(0..<16, writes: false)]).isEmpty, "read after read")
        let both = tracker.conflicts(with: [access(0..<1024, writes: true)])
        #expect(both.count == 3, "write after the write behind and after both reads")
        #expect(tracker.conflicts(with: [access(1008..<1024, writes: true)]).count == 1, "write after write")
    }
}
