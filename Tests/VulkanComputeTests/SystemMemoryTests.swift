import Testing

@testable import VulkanCompute

@Suite("the machine's memory")
struct SystemMemoryTests {
    @Test("is what Linux says is available, in kibibytes")
    func reads() {
        let text = "MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   22000000 kB\nBuffers: 5 kB\n"
        #expect(SystemMemory.availableBytes(in: text) == 22_000_000 * 1024)
    }

    @Test(
        "is not known where the line is missing or says something else",
        arguments: [
            "", "MemTotal: 5 kB\n", "MemAvailable: 5 MB\n", "MemAvailable: -5 kB\n", "MemAvailable: x kB\n",
            "MemAvailable: 9223372036854775807 kB\n", "MemAvailable:\n",
        ])
    func refuses(text: String) {
        #expect(SystemMemory.availableBytes(in: text) == nil)
    }

    @Test("is what a CPU driver's device has to give, whatever the driver states")
    func ofDevice() throws {
        let device = try ComputeDevice(instance: VulkanInstance())
        guard device.description.kind == .cpu, !device.physical.hasMemoryBudget else { return }
        let available = try #require(SystemMemory.availableBytes())
        // Others allocate and free at the same time.
        #expect(abs(device.memoryBudgetBytes() - available) < available / 2)
    }
}
