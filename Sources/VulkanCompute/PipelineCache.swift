import CVulkan
import Foundation

/// Compiled pipelines, kept between runs so that a start does not compile every shader anew.
///
/// The file carries its own length, checksum and device name: a driver is handed only bytes that it once gave, since
/// drivers may trust what they read. A file that does not fit is ignored and written anew.
public final class PipelineCache {
    /// Larger files are ignored; the caches seen are far below 16 MiB.
    static let maximumBytes = 64 << 20

    let handle: VkPipelineCache
    private let device: ComputeDevice
    private let path: String?
    private let loadedChecksum: UInt64

    /// Opens a cache.
    ///
    /// - Parameter path: the file to start from and to ``save()`` to; `nil` keeps the cache in memory.
    public init(device: ComputeDevice, path: String?) throws(VulkanError) {
        let stored = path.flatMap { Self.load($0, for: device.description) } ?? Data()
        var cache: VkPipelineCache?
        let result = stored.withUnsafeBytes { bytes in
            var info = VkPipelineCacheCreateInfo()
            info.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO
            info.initialDataSize = bytes.count
            info.pInitialData = bytes.baseAddress
            return vkCreatePipelineCache(device.handle, &info, nil, &cache)
        }
        try check("vkCreatePipelineCache", result)
        guard let cache else { throw VulkanError(.failed, call: "vkCreatePipelineCache", detail: "gave no cache") }
        handle = cache
        loadedChecksum = Self.checksum(stored)
        self.device = device
        self.path = path
    }

    deinit {
        guard !device.isAbandoned else { return }
        vkDestroyPipelineCache(device.handle, handle, nil)
    }

    /// Writes the cache to its file if it has changed; the old file stays until the new one is whole.
    ///
    /// - Throws: ``VulkanError`` with `.failed` if the file cannot be written.
    public func save() throws(VulkanError) {
        guard let path else { return }
        var size = 0
        try check("vkGetPipelineCacheData", vkGetPipelineCacheData(device.handle, handle, &size, nil))
        guard size > 0, size <= Self.maximumBytes else { return }
        var data = Data(count: size)
        let result = data.withUnsafeMutableBytes {
            vkGetPipelineCacheData(device.handle, handle, &size, $0.baseAddress)
        }
        try check("vkGetPipelineCacheData", result)
        data = data.prefix(size)
        let sum = Self.checksum(data)
        guard sum != loadedChecksum else { return }
        do {
            try (Self.header(size: size, checksum: sum, device: device.description) + data)
                .write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw VulkanError(
                .failed, call: "pipeline cache", detail: "cannot write \(path): \(error.localizedDescription)")
        }
    }

    private static func load(_ path: String, for device: DeviceDescription) -> Data? {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
            size <= maximumBytes, let data = FileManager.default.contents(atPath: path)
        else { return nil }
        let bodySize = data.count - header(size: 0, checksum: 0, device: device).count
        guard bodySize > 0 else { return nil }
        let body = Data(data.suffix(bodySize))
        let expected = header(size: bodySize, checksum: checksum(body), device: device)
        return data.prefix(expected.count) == expected ? body : nil
    }

    private static func header(size: Int, checksum: UInt64, device: DeviceDescription) -> Data {
        var header = Data("andon pipelines 1\n\(device.pciID) \(device.name) \(device.driver)\n".utf8)
        for value in [UInt64(size), checksum] {
            withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) }
        }
        return header
    }

    /// FNV-1a, which finds damage; it is no defence against forgery, nor need it be in the service's own directory.
    private static func checksum(_ data: Data) -> UInt64 {
        data.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
