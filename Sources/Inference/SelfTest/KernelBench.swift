import GGUF
import VulkanCompute

/// Runs kernels on small inputs: uploads, records, runs and reads back.
struct KernelBench {
    let device: ComputeDevice
    let library: KernelLibrary

    init(_ device: ComputeDevice, profile: KernelProfile? = nil) throws {
        self.init(try KernelLibrary(device: device, profile: profile))
    }

    init(_ library: KernelLibrary) {
        device = library.device
        self.library = library
    }

    func upload<Value: BitwiseCopyable>(_ values: [Value]) throws -> DeviceBuffer {
        let size = values.count * MemoryLayout<Value>.stride
        let buffer = try DeviceBuffer(device: device, sizeBytes: size, placement: .upload)
        try buffer.withBytes { target in values.withUnsafeBytes { target.copyMemory(from: $0) } }
        return buffer
    }

    func output(bytes: Int) throws -> DeviceBuffer {
        try DeviceBuffer(device: device, sizeBytes: bytes, placement: .readback)
    }

    func run(_ record: (CommandRecorder) throws -> Void) throws {
        let recorder = try CommandRecorder(device: device)
        try record(recorder)
        try device.run(try recorder.finish())
    }

    func read<Value: BitwiseCopyable>(_ buffer: DeviceBuffer, _: Value.Type, count: Int) throws -> [Value] {
        try buffer.withBytes { Array($0.bindMemory(to: Value.self).prefix(count)) }
    }

    /// Activations of a batch, token-major on this side.
    func activations(_ values: [Float], rows: Int, tokens: Int) throws -> DeviceBuffer {
        try upload(ActivationBuffer.interleave(values, rows: rows, tokens: tokens))
    }

    func activationOutput(rows: Int, tokens: Int) throws -> DeviceBuffer {
        try output(bytes: ActivationBuffer.byteCount(rows: rows, tokens: tokens))
    }

    func readActivations(_ buffer: DeviceBuffer, rows: Int, tokens: Int) throws -> [Float] {
        let count = ActivationBuffer.byteCount(rows: rows, tokens: tokens) / 4
        return ActivationBuffer.deinterleave(try read(buffer, Float.self, count: count), rows: rows, tokens: tokens)
    }

    /// A matrix of a format as a file would hold it, on the device and dequantized.
    func matrix(
        _ values: [Float], rows: Int, columns: Int, format: BlockFormat, maximumPartBytes: Int? = nil
    ) throws -> (device: DeviceMatrix, values: [Float]) {
        var writer = GGUFWriter()
        // A file in memory begins each tensor on a page.
        writer.add("general.alignment", .uint32(1 << 16))
        writer.addTensor("w", dimensions: [columns, rows], format: format, values: values)
        let file = try GGUFFile(inMemory: "kernel bench", writer)
        let tensor = try file.tensor("w")
        let matrix = try WeightLoader.load(
            file, onto: device, staging: WeightLoader.Staging(slotBytes: 1 << 20, slotCount: 2),
            maximumPartBytes: maximumPartBytes
        ) { try $0.matrix([tensor], of: file) }
        return (matrix, file.values(of: tensor))
    }
}
