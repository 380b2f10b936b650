import Inference
import VulkanCompute

/// How the engine uses a sort of device, read from `device-profiles/gpus/<name>.yaml`.
public struct GPUProfile: Sendable, Equatable {
    /// A feature that is not used, and why.
    public struct Disabled: Sendable, Hashable {
        public let feature: KernelFeature
        public let reason: String
    }

    /// File name without `.yaml`.
    public let name: String
    /// The file's path; nil for what is built in.
    public let file: String?
    /// Any of these.
    let devices: [DevicePattern]
    /// Tile sizes for the device that the profile was read for, with what is disabled turned off.
    public let kernels: KernelProfile
    /// Device memory that is left to the desktop, the driver and others.
    public let reserveMiB: Int
    /// Whole contexts that the cache holds where the memory allows; nil takes as many as the engine does.
    public let contexts: Int?
    /// Tokens of a prompt that one pass evaluates at most; nil takes the engine's.
    public let batchTokens: Int?
    public let disabled: [Disabled]

    /// What a device without a file gets.
    static func builtIn(for device: DeviceDescription) -> GPUProfile {
        GPUProfile(
            name: "built-in", file: nil, devices: [], kernels: KernelProfile(device: device),
            reserveMiB: standardReserveMiB, contexts: nil, batchTokens: nil, disabled: [])
    }

    /// ``reserveMiB`` where nothing else is said.
    static let standardReserveMiB = 512

    /// The profile and what it disables, as one phrase for people.
    var summary: String {
        let reasons = disabled.map { "without \($0.feature.rawValue) (\($0.reason))" }
        return (["profile \(name)\(file.map { " (\($0))" } ?? "")"] + reasons).joined(separator: ", ")
    }

    /// How closely the profile is cut for a device; nil if it is not for it.
    func specificity(for device: DeviceDescription) -> Int? {
        devices.filter { $0.matches(device) }.map(\.specificity).max()
    }
}
