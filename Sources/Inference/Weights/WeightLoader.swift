import GGUF
import VulkanCompute

/// Brings tensors from a file to the device through one staging buffer.
final class WeightLoader {
    /// Larger staging buffers gained nothing in llama.cpp's measurements.
    static let stagingBytes = 4 << 20
    /// Parts start at a multiple of this many rows, so that their results start aligned on every device.
    static let partRows = 64

    private let device: ComputeDevice
    private let staging: DeviceBuffer
    private let maximumPartBytes: Int

    /// - Parameter maximumPartBytes: the most that one binding may hold; the device's limit if left out.
    init(device: ComputeDevice, maximumPartBytes: Int? = nil) throws {
        self.device = device
        let limits = device.description.limits
        self.maximumPartBytes = maximumPartBytes ?? min(limits.storageBufferRangeBytes, limits.allocationBytes)
        staging = try DeviceBuffer(device: device, sizeBytes: Self.stagingBytes, placement: .upload)
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
            func upload(_ plane: Range<Int>) throws -> DeviceBuffer {
                try load(plane, rows: start..<start + count, of: tensors, file: file)
            }
            parts.append(
                DeviceMatrix.Part(
                    firstRow: start, rowCount: count, main: try upload(layout.main),
                    second: layout.second.isEmpty ? nil : try upload(layout.second)))
        }
        return DeviceMatrix(format: first.format, rows: rows, columns: first.columns, parts: parts)
    }

    /// Float32 values, one tensor after another, filled up with zeros to a multiple of four.
    func vector(_ tensors: [GGUFTensor], of file: GGUFFile) throws -> DeviceBuffer {
        try vector(tensors.flatMap { file.values(of: $0) })
    }

    /// Float32 values on the device, filled up with zeros to a multiple of four.
    func vector(_ values: [Float]) throws -> DeviceBuffer {
        let padded = values + [Float](repeating: 0, count: (4 - values.count % 4) % 4)
        let buffer = try DeviceBuffer(device: device, sizeBytes: padded.count * 4, placement: .device)
        try padded.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: staging.sizeBytes) {
                let count = min(staging.sizeBytes, bytes.count - start)
                try staging.withBytes {
                    $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
                }
                try flush(count, into: buffer, at: start)
            }
        }
        return buffer
    }

    private func load(
        _ plane: Range<Int>, rows: Range<Int>, of tensors: [GGUFTensor], file: GGUFFile
    ) throws -> DeviceBuffer {
        let blocksPerRow = tensors[0].columns / tensors[0].format.valuesPerBlock
        let rowBytes = blocksPerRow * plane.count
        let buffer = try DeviceBuffer(device: device, sizeBytes: rows.count * rowBytes, placement: .device)
        var written = 0
        var start = 0
        for tensor in tensors {
            defer { start += tensor.rows }
            let wanted = rows.clamped(to: start..<start + tensor.rows)
            guard !wanted.isEmpty else { continue }
            let bytes =
                (wanted.lowerBound - start) * tensor.rowByteCount..<(wanted.upperBound - start) * tensor.rowByteCount
            try file.withBytes(of: tensor) { all in
                try upload(
                    plane, of: UnsafeRawBufferPointer(rebasing: all[bytes]), blockBytes: tensor.format.bytesPerBlock,
                    into: buffer, at: &written)
            }
        }
        return buffer
    }

    private func upload(
        _ plane: Range<Int>, of blocks: UnsafeRawBufferPointer, blockBytes: Int, into buffer: DeviceBuffer,
        at written: inout Int
    ) throws {
        let blocksPerChunk = staging.sizeBytes / plane.count
        for start in stride(from: 0, to: blocks.count / blockBytes, by: blocksPerChunk) {
            let end = min(start + blocksPerChunk, blocks.count / blockBytes)
            let size = (end - start) * plane.count
            try staging.withBytes { target in
                DeviceLayout.pack(
                    plane, of: UnsafeRawBufferPointer(rebasing: blocks[start * blockBytes..<end * blockBytes]),
                    blockBytes: blockBytes, into: UnsafeMutableRawBufferPointer(rebasing: target[..<size]))
            }
            try flush(size, into: buffer, at: written)
            written += size
        }
    }

    private func flush(_ size: Int, into buffer: DeviceBuffer, at offset: Int) throws {
        let recorder = try CommandRecorder(device: device)
        try recorder.copy(from: staging.slice(), to: buffer.slice(offset: offset), size: size)
        try device.run(try recorder.finish())
    }
}
