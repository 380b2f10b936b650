import GGUF
import VulkanCompute

/// Brings tensors from a file to the device, in the background: what it gives may be named in kernels at once and used
/// when ``load(_:onto:options:staging:maximumPartBytes:_:)`` returns.
///
/// While the device copies and the uploader packs, the caller makes kernels, and so compiles pipelines; a digest is
/// checked on a third thread.
final class WeightLoader {
    /// Parts start at a multiple of this many rows, so that their results start aligned on every device.
    static let partRows = 64

    /// The staging buffers between file and device.
    struct Staging {
        var slotBytes = UploadRing.standardSlotBytes
        var slotCount = UploadRing.standardSlotCount

        var byteCount: Int { slotBytes * slotCount }
    }

    private let arena: MemoryArena
    private let uploader: WeightUploader
    private let maximumPartBytes: Int

    /// Loads whatever `body` asks the loader for, and returns when it is on the device and the file's digest is right.
    ///
    /// - Parameters:
    ///   - maximumPartBytes: the most that one binding may hold; the device's limit if left out.
    /// - Throws: ``ModelError``: `.wrongContent` for another digest, `.cancelled` if the progress closure ended the load,
    ///   `.doesNotFit` if the device has no memory left, `.device` if it fails. Everything is freed then.
    static func load<Result>(
        _ file: GGUFFile, onto device: ComputeDevice, options: LoadOptions = LoadOptions(),
        staging: Staging = Staging(), maximumPartBytes: Int? = nil, _ body: (WeightLoader) throws -> Result
    ) throws(ModelError) -> Result {
        let check = options.expectedDigest.map { DigestCheck(file, $0) }
        defer { check?.cancel() }
        do {
            let ring = try UploadRing(device: device, slotBytes: staging.slotBytes, slotCount: staging.slotCount)
            let uploader = WeightUploader(
                ring: ring, totalBytes: file.tensors.reduce(0) { $0 + $1.byteCount }, progress: options.progress)
            defer { uploader.cancel() }
            let limits = device.description.limits
            let loader = WeightLoader(
                arena: MemoryArena(device: device), uploader: uploader,
                maximumPartBytes: maximumPartBytes ?? min(limits.storageBufferRangeBytes, limits.allocationBytes))
            let result = try body(loader)
            try uploader.finish()
            try check?.requireMatch()
            return result
        } catch let error as VulkanError where error.code == .outOfMemory {
            throw ModelError(.doesNotFit, "\(file.path): \(device.description.name): \(error)", deviceError: error)
        } catch {
            throw ModelError(wrapping: error)
        }
    }

    private init(arena: MemoryArena, uploader: WeightUploader, maximumPartBytes: Int) {
        self.arena = arena
        self.uploader = uploader
        self.maximumPartBytes = maximumPartBytes
    }

    /// The rows of tensors of one format and width, one tensor after another.
    func matrix(_ tensors: [GGUFTensor], of file: GGUFFile) throws -> DeviceMatrix {
        guard let first = tensors.first else { preconditionFailure("a matrix has at least one tensor") }
        let layout = DeviceLayout(first.format)
        guard first.columns % layout.valuesPerUnit == 0 else {
            throw ModelError(
                .badTensor,
                "\(first.name): \(first.columns) columns, a multiple of \(layout.valuesPerUnit) expected")
        }
        let blocks = first.columns / first.format.valuesPerBlock
        let rows = tensors.reduce(0) { $0 + $1.rows }
        let rowsPerPart = maximumPartBytes / (blocks * layout.main.count) / Self.partRows * Self.partRows
        guard rowsPerPart > 0 else {
            throw ModelError(.doesNotFit, "\(first.name): a row of \(first.columns) values is too long for the device")
        }
        var parts: [DeviceMatrix.Part] = []
        for start in stride(from: 0, to: rows, by: rowsPerPart) {
            let count = min(rowsPerPart, rows - start)
            let part = DeviceMatrix.Part(
                firstRow: start, rowCount: count,
                main: try DeviceBuffer(arena: arena, sizeBytes: count * blocks * layout.main.count),
                second: layout.second.isEmpty
                    ? nil : try DeviceBuffer(arena: arena, sizeBytes: count * blocks * layout.second.count))
            try upload(part, of: tensors, file: file)
            parts.append(part)
        }
        return DeviceMatrix(format: first.format, rows: rows, columns: first.columns, parts: parts)
    }

    /// Float32 values, one tensor after another, filled up with zeros to a multiple of four.
    func vector(_ tensors: [GGUFTensor], of file: GGUFFile) throws -> DeviceBuffer {
        for tensor in tensors {
            try file.withBytes(of: tensor) { try tensor.requireFinite($0, path: file.path) }
        }
        return try vector(tensors.flatMap { file.values(of: $0) })
    }

    /// Float32 values on the device, filled up with zeros to a multiple of four.
    func vector(_ values: [Float]) throws -> DeviceBuffer {
        let padded = values + [Float](repeating: 0, count: (4 - values.count % 4) % 4)
        let buffer = try DeviceBuffer(arena: arena, sizeBytes: padded.count * 4)
        try uploader.upload(padded, to: buffer)
        return buffer
    }

    private func upload(_ part: DeviceMatrix.Part, of tensors: [GGUFTensor], file: GGUFFile) throws {
        let rows = part.firstRow..<part.firstRow + part.rowCount
        var start = 0
        for tensor in tensors {
            defer { start += tensor.rows }
            let wanted = rows.clamped(to: start..<start + tensor.rows)
            guard !wanted.isEmpty else { continue }
            try uploader.upload(
                WeightUploader.Blocks(
                    file: file, tensor: tensor,
                    bytes: (wanted.lowerBound - start) * tensor.rowByteCount..<(wanted.upperBound - start)
                        * tensor.rowByteCount,
                    main: part.main, second: part.second,
                    firstBlock: (wanted.lowerBound - rows.lowerBound) * tensor.columns / tensor.format.valuesPerBlock))
        }
    }
}
