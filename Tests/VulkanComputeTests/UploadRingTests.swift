import CVulkan
import Testing

@testable import VulkanCompute

@Suite("the upload ring")
struct UploadRingTests {
    @Test("brings every byte to its place through slots that wrap many times", arguments: [1, 2, 4])
    func wraps(slotCount: Int) throws {
        try withValidatedDevice { device in
            let count = 3000
            let ring = try UploadRing(device: device, slotBytes: 256, slotCount: slotCount)
            let first = try DeviceBuffer(device: device, sizeBytes: count, placement: .device)
            let second = try DeviceBuffer(device: device, sizeBytes: count, placement: .device)
            // Odd sizes, so that pieces start at any byte; what goes into the second buffer comes from its end.
            var pieces: [Range<Int>] = []
            while (pieces.last?.upperBound ?? 0) < count {
                let start = pieces.last?.upperBound ?? 0
                pieces.append(start..<min(start + pieces.count % 97 + 1, count))
            }
            let mirror = { (piece: Range<Int>) in count - piece.upperBound..<count - piece.lowerBound }
            func byte(_ index: Int, _ factor: Int) -> UInt8 { UInt8(truncatingIfNeeded: index &* factor) }
            for piece in pieces {
                let targets = [
                    first.slice(offset: piece.lowerBound, size: piece.count),
                    second.slice(offset: mirror(piece).lowerBound, size: piece.count),
                ]
                try ring.upload(to: targets) { parts in
                    for (index, place) in piece.enumerated() { parts[0][index] = byte(place, 31) }
                    for (index, place) in mirror(piece).enumerated() { parts[1][index] = byte(place, 17) }
                }
            }
            try ring.finish()
            #expect(ring.submissionCount > 5 * slotCount)
            #expect(try read(first, count, device) == (0..<count).map { byte($0, 31) })
            #expect(try read(second, count, device) == (0..<count).map { byte($0, 17) })
        }
    }

    @Test("refuses what does not fit a slot or a buffer, and goes on; a piece whose filling fails is not copied")
    func refuses() throws {
        struct Stop: Error {}
        try withValidatedDevice { device in
            let ring = try UploadRing(device: device, slotBytes: 128, slotCount: 2)
            let target = try DeviceBuffer(device: device, sizeBytes: 256, placement: .device)
            try ring.upload(to: [target.slice(size: 128)]) { $0[0].initializeMemory(as: UInt8.self, repeating: 1) }
            for bad in [target.slice(size: 129), target.slice(offset: 250, size: 16), target.slice(size: 0)] {
                #expect { try ring.upload(to: [bad]) { _ in } } throws: { ($0 as? VulkanError)?.code == .invalidUse }
            }
            #expect(throws: Stop.self) {
                try ring.upload(to: [target.slice(size: 128)]) { parts in
                    parts[0].initializeMemory(as: UInt8.self, repeating: 9)
                    throw Stop()
                }
            }
            try ring.upload(to: [target.slice(offset: 128, size: 128)]) {
                $0[0].initializeMemory(as: UInt8.self, repeating: 2)
            }
            try ring.finish()
            let expected = [UInt8](repeating: 1, count: 128) + [UInt8](repeating: 2, count: 128)
            #expect(try read(target, 256, device) == expected)
        }
        let device = try ComputeDevice(instance: VulkanInstance())
        #expect(throws: VulkanError.self) { try UploadRing(device: device, slotBytes: 16, slotCount: 1) }
        #expect(throws: VulkanError.self) { try UploadRing(device: device, slotBytes: 128, slotCount: 0) }
    }

    @Test("an upload that is given up half-way frees its buffers only when the device is done with them")
    func givesUp() throws {
        try withValidatedDevice { device in
            for _ in 0..<20 {
                let ring = try UploadRing(device: device, slotBytes: 4096, slotCount: 3)
                let target = try DeviceBuffer(device: device, sizeBytes: 4096, placement: .device)
                for _ in 0..<5 { try ring.upload(to: [target.slice()]) { _ in } }
            }
        }
    }

    @Test("copies on a family that does nothing else, where there is one")
    func transferFamily() {
        let (graphics, compute, transfer, sparse) = (
            VK_QUEUE_GRAPHICS_BIT.rawValue, VK_QUEUE_COMPUTE_BIT.rawValue, VK_QUEUE_TRANSFER_BIT.rawValue,
            VK_QUEUE_SPARSE_BINDING_BIT.rawValue
        )
        let (videoDecode, opticalFlow): (UInt32, UInt32) = (0x20, 0x100)
        func choose(_ flags: [UInt32]) -> UInt32? {
            PhysicalDevice.transferQueueFamily(
                of: flags.map { flags in
                    var family = VkQueueFamilyProperties()
                    family.queueFlags = flags
                    return family
                })
        }
        let all = graphics | compute | transfer | sparse
        #expect(choose([all, transfer | sparse, compute | transfer, videoDecode | transfer]) == 1)
        #expect(choose([all, compute | transfer, videoDecode | transfer, opticalFlow | transfer]) == nil)
        #expect(choose([all, opticalFlow | transfer | sparse, transfer]) == 2)
        #expect(choose([graphics | compute | transfer]) == nil)
        #expect(choose([]) == nil)
    }

    private func read(_ buffer: DeviceBuffer, _ count: Int, _ device: ComputeDevice) throws -> [UInt8] {
        let readback = try DeviceBuffer(device: device, sizeBytes: count, placement: .readback)
        let recorder = try CommandRecorder(device: device)
        try recorder.copy(from: buffer.slice(), to: readback.slice(), size: count)
        try device.run(try recorder.finish())
        return try readback.withBytes { Array($0.prefix(count)) }
    }
}

@Suite("the memory arena")
struct MemoryArenaTests {
    @Test("small buffers share an allocation without overlapping, large ones have their own")
    func shares() throws {
        try withValidatedDevice { device in
            let arena = MemoryArena(device: device)
            let sizes = [16, 4096, 48, MemoryArena.ownAllocationBytes, 1_000_000]
            let buffers = try sizes.map { try DeviceBuffer(arena: arena, sizeBytes: $0) }
            #expect(arena.allocationCount == 2)
            let ring = try UploadRing(device: device)
            for (value, buffer) in buffers.enumerated() {
                for start in stride(from: 0, to: buffer.sizeBytes, by: ring.slotBytes) {
                    let size = min(ring.slotBytes, buffer.sizeBytes - start)
                    try ring.upload(to: [buffer.slice(offset: start, size: size)]) {
                        $0[0].initializeMemory(as: UInt8.self, repeating: UInt8(value + 1))
                    }
                }
            }
            try ring.finish()
            for (value, buffer) in buffers.enumerated() {
                let readback = try DeviceBuffer(device: device, sizeBytes: buffer.sizeBytes, placement: .readback)
                let recorder = try CommandRecorder(device: device)
                try recorder.copy(from: buffer.slice(), to: readback.slice(), size: buffer.sizeBytes)
                try device.run(try recorder.finish())
                try readback.withBytes { bytes in
                    #expect(bytes.first == UInt8(value + 1) && bytes.last == UInt8(value + 1))
                }
            }
        }
    }

    @Test("begins another allocation when the first is full")
    func grows() throws {
        try withValidatedDevice { device in
            let arena = MemoryArena(device: device)
            let size = MemoryArena.ownAllocationBytes - 4096
            let buffers = try (0..<6).map { _ in try DeviceBuffer(arena: arena, sizeBytes: size) }
            #expect(arena.allocationCount == 2)
            #expect(buffers.count == 6)
            #expect(throws: VulkanError.self) { try DeviceBuffer(arena: arena, sizeBytes: 0) }
        }
    }
}
