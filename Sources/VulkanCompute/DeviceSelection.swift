import CVulkan

/// Which device to use, as configuration and command line name it.
public enum DeviceSelection: Sendable, Equatable {
    /// The best usable one: discrete before integrated before virtual before CPU, then the one with more memory.
    case automatic
    /// By place in the list that `andon doctor` shows.
    case index(Int)
    /// By PCI address (`0000:01:00.0`) or by vendor and device id (`10de:2882`).
    case pci(String)

    /// Reads a configured value: `auto`, a number, or a PCI address or id.
    public init?(_ text: String) {
        if text == "auto" {
            self = .automatic
        } else if let index = Int(text), index >= 0 {
            self = .index(index)
        } else if text.contains(":") {
            self = .pci(text.lowercased())
        } else {
            return nil
        }
    }

    /// The chosen device of a list.
    ///
    /// - Throws: ``VulkanError`` with `.noDevice` if the list has no such device or it cannot be used; the detail
    ///   names what there is.
    public func choose(from devices: [DeviceDescription]) throws(VulkanError) -> DeviceDescription {
        let chosen: DeviceDescription?
        switch self {
        case .automatic:
            chosen = devices.filter(\.isUsable).min {
                ($0.kind.rank, -$0.memoryBudgetBytes) < ($1.kind.rank, -$1.memoryBudgetBytes)
            }
        case .index(let index):
            chosen = devices.first { $0.index == index }
        case .pci(let address):
            chosen = devices.first { $0.pciAddress == address || $0.pciID == address }
        }
        guard let chosen else {
            let list = devices.map {
                "\($0.index): \($0.name) (\($0.pciAddress ?? $0.pciID))\($0.isUsable ? "" : ", lacks \($0.missing.joined(separator: ", "))")"
            }
            throw VulkanError(
                .noDevice, call: "device selection",
                detail: "no device fits \(self); there is \(list.isEmpty ? "none" : list.joined(separator: "; "))")
        }
        guard chosen.isUsable else {
            throw VulkanError(
                .noDevice, call: "device selection",
                detail: "\(chosen.name) lacks \(chosen.missing.joined(separator: ", "))")
        }
        return chosen
    }
}

extension VulkanInstance {
    /// Every device that a driver shows, usable or not, in the loader's order.
    public func devices() throws(VulkanError) -> [DeviceDescription] {
        try describedDevices().map(\.description)
    }

    func describedDevices() throws(VulkanError) -> [PhysicalDevice] {
        var devices: [PhysicalDevice] = []
        for (index, handle) in try physicalDevices().enumerated() {
            devices.append(try PhysicalDevice(handle, index: index))
        }
        return devices
    }
}
