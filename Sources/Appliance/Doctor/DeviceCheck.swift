import Inference
import VulkanCompute

/// What `andon doctor` says of the device that the model runs on.
struct DeviceCheck {
    private static let name = "Vulkan device"

    let device: DeviceDescription
    /// How many devices the machine shows.
    let deviceCount: Int
    let profiles: GPUProfileCatalog
    /// The file of the self-test's verdict.
    let verdictPath: String

    func check() -> Check {
        let profile: GPUProfile
        do {
            profile = try profiles.profile(for: device)
        } catch {
            return Check(
                Self.name, .failed, "\(device.name): \(error)", mend: "correct the profile, or remove its file")
        }
        let detail =
            "\(device.name) (\(device.pciID)), \(device.memoryBudgetBytes >> 20) MiB, driver \(device.driver) of \(deviceCount) devices; "
            + profile.summary
        let findings = SelfTestFinding.kept(at: verdictPath, on: device, profile: profile.kernels)
        guard findings.isEmpty else {
            let list = findings.map { "\($0.feature.rawValue) (\($0.path): \($0.reason))" }.joined(separator: ", ")
            return Check(
                Self.name, .warning, "\(detail); the self-test turned off \(list)",
                mend: "install another version of the driver: a new one is tested again")
        }
        guard device.kind != .cpu else {
            return Check(
                Self.name, .warning, detail,
                mend: "no GPU is visible: install its driver (nvidia-driver), or answers of a large model take minutes")
        }
        return Check(Self.name, .good, detail)
    }
}
