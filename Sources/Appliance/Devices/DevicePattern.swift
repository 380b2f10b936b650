import VulkanCompute

/// Which devices a GPU profile is for.
public enum DevicePattern: Sendable, Hashable {
    /// PCI vendor and device id, as `10de:2882`.
    case pci(String)
    /// PCI vendor id, as `10de`, and the sort of device, if it matters.
    case vendor(String, DeviceDescription.Kind?)
    /// Of any vendor.
    case kind(DeviceDescription.Kind)

    func matches(_ device: DeviceDescription) -> Bool {
        switch self {
        case .pci(let id): device.pciID == id
        case .vendor(let id, let kind): device.pciID.hasPrefix("\(id):") && kind ?? device.kind == device.kind
        case .kind(let kind): device.kind == kind
        }
    }

    /// A narrower pattern has a greater one.
    var specificity: Int {
        switch self {
        case .pci: 3
        case .vendor(_, .some): 2
        case .vendor(_, nil): 1
        case .kind: 0
        }
    }
}
