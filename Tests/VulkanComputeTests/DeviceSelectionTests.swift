import Testing

@testable import VulkanCompute

@Suite("device selection")
struct DeviceSelectionTests {
    private func device(
        _ index: Int, _ kind: DeviceDescription.Kind, gib: Int, missing: [String] = []
    ) -> DeviceDescription {
        DeviceDescription(
            index: index, name: "device \(index)", kind: kind, driver: "test 1", apiVersion: "1.3.0",
            pciAddress: "0000:0\(index):00.0", pciID: "10de:000\(index)",
            heaps: [.init(sizeBytes: gib << 30, budgetBytes: gib << 30, isDeviceLocal: true)],
            limits: .init(
                storageBufferRangeBytes: 1 << 27, storageBufferAlignmentBytes: 16, workgroupCount: [1, 1, 1],
                workgroupInvocations: 1024, sharedMemoryBytes: 32768, pushConstantBytes: 128,
                allocationBytes: 1 << 30, timestampPeriodNs: 1),
            subgroupSize: 32, missing: missing)
    }

    @Test("prefers discrete over integrated over CPU, then memory, whatever the order of the list")
    func prefersDiscrete() throws {
        let list = [
            device(0, .cpu, gib: 64), device(1, .integrated, gib: 32), device(2, .discrete, gib: 8),
            device(3, .discrete, gib: 24), device(4, .discrete, gib: 48, missing: ["synchronization2"]),
        ]
        #expect(try DeviceSelection.automatic.choose(from: list).index == 3)
        #expect(try DeviceSelection.automatic.choose(from: list.reversed()).index == 3)
        #expect(try DeviceSelection.automatic.choose(from: Array(list.prefix(2))).index == 1)
    }

    @Test("takes a device by place, PCI address or PCI id")
    func byName() throws {
        let list = [device(0, .cpu, gib: 64), device(1, .discrete, gib: 8)]
        #expect(try DeviceSelection.index(0).choose(from: list).index == 0)
        #expect(try DeviceSelection.pci("0000:01:00.0").choose(from: list).index == 1)
        #expect(try DeviceSelection.pci("10de:0000").choose(from: list).index == 0)
    }

    @Test("a device that is not there or lacks a feature is refused by name")
    func refuses() {
        let list = [device(0, .discrete, gib: 8, missing: ["VK_KHR_push_descriptor"])]
        for selection in [DeviceSelection.automatic, .index(0), .index(7), .pci("10de:9999")] {
            #expect { _ = try selection.choose(from: list) } throws: { error in
                let error = error as? VulkanError
                return error?.code == .noDevice && error?.detail.contains("VK_KHR_push_descriptor") == true
            }
        }
        #expect { _ = try DeviceSelection.automatic.choose(from: []) } throws: {
            ($0 as? VulkanError)?.code == .noDevice
        }
    }

    @Test(
        "reads a configured value",
        arguments: [
            ("auto", DeviceSelection.automatic), ("2", .index(2)), ("0000:01:00.0", .pci("0000:01:00.0")),
            ("10DE:2882", .pci("10de:2882")),
        ])
    func reads(text: String, expected: DeviceSelection) {
        #expect(DeviceSelection(text) == expected)
    }

    @Test("refuses a configured value that names nothing", arguments: ["", "-1", "best"])
    func refusesText(text: String) {
        #expect(DeviceSelection(text) == nil)
    }

    @Test("lists every installed device with memory and limits")
    func lists() throws {
        let devices = try VulkanInstance().devices()
        let usable = try #require(devices.first { $0.isUsable })
        #expect(usable.subgroupSize >= 4)
        #expect(usable.memoryBudgetBytes > 0)
        #expect(usable.limits.storageBufferRangeBytes >= 1 << 27)
        #expect(usable.apiVersion.hasPrefix("1."))
    }
}
