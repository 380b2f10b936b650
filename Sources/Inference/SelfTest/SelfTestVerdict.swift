import Foundation
import GGUF
import Shaders
import VulkanCompute

/// A path that gave wrong results on a device, and what is therefore no longer used there.
public struct SelfTestFinding: Codable, Sendable, Equatable {
    /// The path, with its weight format where it has one.
    public let path: String
    /// What was turned off.
    public let feature: KernelFeature
    /// The error that was measured, or the driver's.
    public let reason: String

    /// What the self-test found on a device under a profile, as far as its file says; for people.
    public static func kept(at path: String, on device: DeviceDescription, profile: KernelProfile) -> [SelfTestFinding]
    {
        SelfTestVerdict.load(path, for: SelfTestVerdict.Key(device, profile: profile))?.findings ?? []
    }
}

/// What the self-test has found out on a device, as it is kept between runs.
struct SelfTestVerdict: Codable, Equatable {
    /// What a verdict holds for; whatever of it changes, everything is tested anew.
    struct Key: Codable, Equatable {
        /// Raised when the checks, or how kernels are dispatched, change in a way that no shader shows.
        static let revision = 1

        let device: String
        let pciID: String
        let driver: String
        let engine: String
        let profile: String

        /// - Parameter profile: before anything was turned off.
        init(_ device: DeviceDescription, profile: KernelProfile) {
            self.device = device.name
            pciID = device.pciID
            driver = device.driver
            engine = "\(Self.revision)-\(String(ShaderLibrary.digest, radix: 16))"
            self.profile = "\(profile)"
        }
    }

    /// Real files are a few KiB.
    private static let maximumBytes = 1 << 20

    let key: Key
    var findings: [SelfTestFinding] = []
    /// Names of the paths that are right with everything turned off that was found wrong.
    var passed: [String] = []

    init(key: Key) { self.key = key }

    /// The verdict of a file; `nil` if there is none, it is damaged, or it is of another device, driver, engine or profile.
    static func load(_ path: String, for key: Key) -> SelfTestVerdict? {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size <= maximumBytes,
            let data = FileManager.default.contents(atPath: path),
            let verdict = try? JSONDecoder().decode(SelfTestVerdict.self, from: data), verdict.key == key
        else { return nil }
        return verdict
    }

    /// Replaces the file; what was there stays until the new one is whole.
    func save(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFileWriter.write(Array(encoder.encode(self)), to: path)
    }
}
