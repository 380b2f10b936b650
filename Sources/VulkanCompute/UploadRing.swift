import CVulkan

/// Brings bytes to the device through a few pinned buffers that take turns: while the device copies from some, the CPU
/// fills the next, and nothing waits for a single copy.
///
/// Belongs to one thread at a time. Nothing may use a target before ``finish()`` has returned.
public final class UploadRing {
    /// Bytes of a staging buffer; larger ones gained nothing in llama.cpp's measurements.
    public static let standardSlotBytes = 4 << 20
    /// Enough for one that the CPU fills, one that is copied and two that wait.
    public static let standardSlotCount = 4

    /// The most that one ``upload(to:fill:)`` takes.
    public let slotBytes: Int
    /// How many staging buffers were handed to the device so far.
    public private(set) var submissionCount = 0

    /// Offsets in a staging buffer are multiples of this: whole cache lines, and what copies like best.
    private static let alignmentBytes = 64

    private let device: ComputeDevice
    private let slots: [UploadSlot]
    private var current = 0

    /// - Parameters:
    ///   - slotBytes: of a staging buffer.
    ///   - slotCount: staging buffers, at least 1.
    public init(
        device: ComputeDevice, slotBytes: Int = standardSlotBytes, slotCount: Int = standardSlotCount
    ) throws(VulkanError) {
        guard slotBytes >= Self.alignmentBytes, slotCount >= 1 else {
            throw VulkanError(.invalidUse, call: "upload ring", detail: "\(slotCount) buffers of \(slotBytes) bytes")
        }
        self.device = device
        self.slotBytes = slotBytes
        var slots: [UploadSlot] = []
        for _ in 0..<slotCount { slots.append(try UploadSlot(device: device, sizeBytes: slotBytes)) }
        self.slots = slots
    }

    /// Copies to several places what `fill` writes, in one of the next submissions.
    ///
    /// - Parameters:
    ///   - targets: where the bytes go; together at most ``slotBytes`` with each rounded up to a multiple of 64.
    ///   - fill: gets as many buffers as there are targets, each of its target's size and 64-byte aligned, and must fill
    ///     them; the pointers must not leave it. If it throws, nothing of this call is copied.
    /// - Throws: what `fill` throws, or ``VulkanError``.
    public func upload(
        to targets: [BufferSlice], fill: ([UnsafeMutableRawBufferPointer]) throws -> Void
    ) throws {
        var needed = 0
        for target in targets {
            guard target.size > 0, target.offset >= 0, target.offset <= target.buffer.sizeBytes - target.size else {
                throw VulkanError(
                    .invalidUse, call: "upload",
                    detail: "\(target.size) bytes at \(target.offset) of a buffer of \(target.buffer.sizeBytes)")
            }
            needed += Self.aligned(target.size)
        }
        guard needed <= slotBytes else {
            throw VulkanError(.invalidUse, call: "upload", detail: "\(needed) bytes at once, at most \(slotBytes)")
        }
        if slots[current].usedBytes + needed > slotBytes { try submitCurrent() }
        let slot = slots[current]
        // A slot comes round again only after all others.
        try device.abandoningOnLoss { () throws(VulkanError) in try slot.waitUntilFree() }
        var offset = slot.usedBytes
        let places = targets.map { target in
            defer { offset += Self.aligned(target.size) }
            return offset
        }
        try slot.staging.withBytes { bytes in
            try fill(
                zip(targets, places).map { target, place in
                    UnsafeMutableRawBufferPointer(rebasing: bytes[place..<place + target.size])
                })
        }
        for (target, place) in zip(targets, places) { slot.add(from: place, to: target) }
        slot.usedBytes += needed
    }

    /// Waits until everything is copied and visible to every later use of the targets.
    public func finish() throws(VulkanError) {
        if slots[current].usedBytes > 0 { try submitCurrent() }
        try device.abandoningOnLoss { () throws(VulkanError) in
            for slot in slots { try slot.waitUntilFree() }
            try device.acquireFromTransferQueue()
        }
    }

    private func submitCurrent() throws(VulkanError) {
        try device.abandoningOnLoss { () throws(VulkanError) in try slots[current].submit() }
        submissionCount += 1
        current = (current + 1) % slots.count
    }

    private static func aligned(_ size: Int) -> Int {
        (size + alignmentBytes - 1) / alignmentBytes * alignmentBytes
    }
}
