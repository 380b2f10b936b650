import Testing

@testable import Inference
@testable import VulkanCompute

/// Opens the best device with validation on and requires that nothing was reported when `body` is done.
func withValidatedDevice(_ body: (ComputeDevice) throws -> Void) throws {
    let instance = try VulkanInstance(validation: true)
    let log = try #require(instance.validation)
    do {
        try body(ComputeDevice(instance: instance))
    }
    #expect(log.messages == [])
}
