import Foundation
import Inference
import Ingestion
import VulkanCompute

extension GPUProfile {
    private static let reserveMiBRange = 0...65_536
    private static let contextsRange = 1...LanguageModel.mostTexts
    private static let batchTokensRange = 16...1024

    /// Reads a profile; unknown keys, wrong types, values out of range and, if it is for the device, values that the
    /// device does not allow are refused.
    ///
    /// - Parameters:
    ///   - file: how errors name the file.
    ///   - device: gives what the file leaves out.
    init(name: String, file: String, text: Data, device: DeviceDescription) throws(StrictYAMLError) {
        let root = try StrictYAMLMap(file: file, text: text)
        var devices: [DevicePattern] = []
        for map in try root.maps("devices") ?? [] { devices.append(try DevicePattern(map)) }
        guard !devices.isEmpty else { throw root.error("devices", expected: "expected at least one device") }
        var kernels = KernelProfile(device: device)
        if let map = try root.map("kernels") { try kernels.read(map) }
        var disabled: [Disabled] = []
        for map in try root.maps("disabled") ?? [] {
            let feature = try map.requiredChoice("feature", of: KernelFeature.self)
            disabled.append(Disabled(feature: feature, reason: try map.requiredString("reason")))
            kernels.turnOff(feature)
            try map.finish()
        }
        if devices.contains(where: { $0.matches(device) }) {
            do {
                try kernels.requireFit(device)
            } catch {
                throw root.error("kernels", expected: error.detail)
            }
        }
        let memory = try root.map("memory")
        let reserve = try memory?.integer("reserve_mib", in: Self.reserveMiBRange)
        let contexts = try memory?.integer("contexts", in: Self.contextsRange)
        let batch = try memory?.integer("batch_tokens", in: Self.batchTokensRange)
        try memory?.finish()
        try root.finish()
        self.init(
            name: name, file: file, devices: devices, kernels: kernels, reserveMiB: reserve ?? Self.standardReserveMiB,
            contexts: contexts,
            batchTokens: batch, disabled: disabled)
    }
}

extension DevicePattern {
    fileprivate init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        let pci = try map.string("pci")?.lowercased()
        let vendor = try map.string("vendor")?.lowercased()
        let kind = try map.choice("kind", of: DeviceDescription.Kind.self)
        try map.finish()
        switch (pci, vendor, kind) {
        case (let id?, nil, nil):
            guard id.wholeMatch(of: /[0-9a-f]{4,8}:[0-9a-f]{4}/) != nil else {
                throw map.error("pci", expected: "expected vendor and device id such as \"10de:2882\", got \"\(id)\"")
            }
            self = .pci(id)
        case (nil, let id?, let kind):
            guard id.wholeMatch(of: /[0-9a-f]{4,8}/) != nil else {
                throw map.error("vendor", expected: "expected a vendor id such as \"10de\", got \"\(id)\"")
            }
            self = .vendor(id, kind)
        case (nil, nil, let kind?): self = .kind(kind)
        default:
            throw map.error("pci", expected: "expected either pci, or vendor and kind, or one of these two")
        }
    }
}

extension KernelProfile {
    /// Takes the values that a mapping has.
    fileprivate mutating func read(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        func number(
            _ key: String, _ range: ClosedRange<Int>, multipleOf step: Int = 1, into value: inout Int
        ) throws(StrictYAMLError) {
            guard let given = try map.integer(key, in: range) else { return }
            guard given % step == 0 else {
                throw map.error(key, expected: "expected a multiple of \(step), got \(given)")
            }
            value = given
        }
        try number("subgroups", Bounds.subgroups, into: &subgroups)
        if let given = try map.flag("lanes_take_rows") { lanesTakeRows = given }
        try number("product_rows", Bounds.productRows, multipleOf: 4, into: &productRows)
        try number("product_columns", Bounds.productColumns, into: &productColumns)
        guard productColumns.nonzeroBitCount == 1 else {
            throw map.error("product_columns", expected: "expected a power of two, got \(productColumns)")
        }
        try number("batch_rows", Bounds.batchTile, multipleOf: 4, into: &batchRows)
        try number("batch_columns", Bounds.batchTile, multipleOf: 4, into: &batchColumns)
        try number(
            "attention_split_positions", Bounds.attentionSplitPositions, into: &attentionSplitPositions)
        try number("attention_splits", Bounds.attentionSplits, into: &attentionSplits)
        try map.finish()
    }
}
