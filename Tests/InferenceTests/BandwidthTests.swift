import Testing

@testable import Inference

@Test("the bandwidth of a device can be measured")
func bandwidth() throws {
    try withValidatedDevice { device in
        let bandwidth = try Bandwidth.measure(device: device, sizeBytes: 1 << 20)
        #expect(bandwidth.bytesPerSecond > 0)
    }
}
