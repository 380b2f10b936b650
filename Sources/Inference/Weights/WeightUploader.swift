import Dispatch
import GGUF
import Synchronization
import VulkanCompute

/// Packs tensors and hands them to the device on a thread of its own, so that whoever loads a model can compile
/// pipelines meanwhile.
///
/// `@unchecked Sendable` holds because the ring and the count are touched on the serial queue only, or after it has been
/// drained.
final class WeightUploader: @unchecked Sendable {
    /// Blocks of a tensor on their way to the device's planes.
    struct Blocks: Sendable {
        let file: GGUFFile
        let tensor: GGUFTensor
        /// Bytes of the tensor, whole blocks.
        let bytes: Range<Int>
        let main: DeviceBuffer
        let second: DeviceBuffer?
        /// Where the first block goes, counted in blocks.
        let firstBlock: Int
    }

    private let queue = DispatchQueue(label: "andon.weights", qos: .userInitiated)
    private let ring: UploadRing
    private let totalBytes: Int
    private let progress: (@Sendable (LoadProgress) -> Bool)?
    private var loadedBytes = 0
    private let failure = Mutex<(any Error)?>(nil)

    init(ring: UploadRing, totalBytes: Int, progress: (@Sendable (LoadProgress) -> Bool)?) {
        self.ring = ring
        self.totalBytes = totalBytes
        self.progress = progress
    }

    /// Queues blocks; returns at once.
    ///
    /// - Throws: what an earlier one failed with.
    func upload(_ blocks: Blocks) throws {
        try enqueue { [self] in try pack(blocks) }
    }

    /// Queues the bytes of an array; returns at once.
    ///
    /// - Throws: what an earlier one failed with.
    func upload(_ values: [Float], to target: DeviceBuffer) throws {
        try enqueue { [self] in
            try values.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: ring.slotBytes) {
                    let end = min(start + ring.slotBytes, bytes.count)
                    try ring.upload(to: [target.slice(offset: start, size: end - start)]) {
                        $0[0].copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    }
                }
            }
        }
    }

    /// Waits until everything is on the device and visible there.
    ///
    /// - Throws: the first failure.
    func finish() throws {
        try enqueue { [self] in try ring.finish() }
        queue.sync {}
        if let error = failure.withLock(\.self) { throw error }
    }

    /// Drops what is queued and waits for what is under way.
    func cancel() {
        failure.withLock { $0 = $0 ?? ModelError(.cancelled, "the load was ended") }
        queue.sync {}
    }

    private func enqueue(_ job: @escaping @Sendable () throws -> Void) throws {
        if let error = failure.withLock(\.self) { throw error }
        queue.async { [self] in
            guard failure.withLock({ $0 == nil }) else { return }
            do {
                try job()
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
    }

    private func pack(_ blocks: Blocks) throws {
        let layout = DeviceLayout(blocks.tensor.format)
        let blockBytes = blocks.tensor.format.bytesPerBlock
        let planes = [(layout.main, blocks.main)] + (blocks.second.map { [(layout.second, $0)] } ?? [])
        // Each plane's part may be rounded up to a multiple of 64 bytes.
        let blocksPerChunk = (ring.slotBytes - 64 * planes.count) / blockBytes
        let count = blocks.bytes.count / blockBytes
        var prefetch = Prefetch(blocks.file)
        try blocks.file.withBytes(of: blocks.tensor) { all in
            for start in stride(from: 0, to: count, by: blocksPerChunk) {
                let end = min(start + blocksPerChunk, count)
                let bytes = blocks.bytes.lowerBound + start * blockBytes..<blocks.bytes.lowerBound + end * blockBytes
                let source = UnsafeRawBufferPointer(rebasing: all[bytes])
                prefetch.ahead(of: blocks.tensor.offset + bytes.upperBound)
                try blocks.tensor.requireFinite(source, from: bytes.lowerBound / blockBytes, path: blocks.file.path)
                let targets = planes.map { plane, buffer in
                    buffer.slice(
                        offset: (blocks.firstBlock + start) * plane.count, size: (end - start) * plane.count)
                }
                try ring.upload(to: targets) { parts in
                    for ((plane, _), part) in zip(planes, parts) {
                        DeviceLayout.pack(plane, of: source, blockBytes: blockBytes, into: part)
                    }
                }
                try report(source.count)
            }
        }
    }

    private func report(_ count: Int) throws {
        loadedBytes += count
        guard let progress else { return }
        guard progress(LoadProgress(loadedBytes: loadedBytes, totalBytes: totalBytes)) else {
            throw ModelError(.cancelled, "the load was ended after \(loadedBytes) of \(totalBytes) bytes")
        }
    }
}

/// Has the system read on while the pages before are used: a mapping alone is read in small steps.
struct Prefetch {
    /// How far ahead; enough to keep a disk busy, and little beside the memory of any machine that loads a model.
    static let aheadBytes = 32 << 20

    private let file: GGUFFile
    private var asked = 0..<0

    init(_ file: GGUFFile) { self.file = file }

    /// Asks for the next bytes, but only once half of what was asked for has been used.
    mutating func ahead(of position: Int) {
        guard position < asked.lowerBound || position + Self.aheadBytes / 2 > asked.upperBound else { return }
        file.prefetch(max(position, asked.upperBound)..<max(position, asked.upperBound) + Self.aheadBytes)
        asked = position..<max(position, asked.upperBound) + Self.aheadBytes
    }
}
