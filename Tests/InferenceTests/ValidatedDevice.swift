import GGUF
import TestSupport
import Testing

@testable import Inference
@testable import VulkanCompute

/// Opens the best device with validation on and requires that nothing was reported when `body` is done.
func withValidatedDevice(_ body: (ComputeDevice) throws -> Void) throws {
    let instance = try VulkanInstance(validation: true)
    let log = try #require(instance.validation)
    do {
        try body(ComputeDevice(instance: instance))
    }
    #expect(log.messages == [])
}

extension SeededGenerator {
    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

/// Normalised mean squared error: `Σ (a - b)² / Σ b²`.
func nmse(_ values: [Float], _ expected: [Float]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let (error, power) = zip(values, expected).reduce((0.0, 0.0)) { sums, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return (sums.0 + difference * difference, sums.1 + Double(pair.1) * Double(pair.1))
    }
    return error / max(power, .leastNormalMagnitude)
}

/// Runs kernels on small inputs: uploads, records, runs and reads back.
struct KernelBench {
    let device: ComputeDevice
    let library: KernelLibrary

    init(_ device: ComputeDevice, profile: KernelProfile? = nil) throws {
        self.device = device
        library = try KernelLibrary(device: device, profile: profile)
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

    func readActivations(_ buffer: DeviceBuffer, rows: Int, tokens: Int) throws -> [Float] {
        let count = ActivationBuffer.byteCount(rows: rows, tokens: tokens) / 4
        return ActivationBuffer.deinterleave(try read(buffer, Float.self, count: count), rows: rows, tokens: tokens)
    }

    /// A matrix of a format as a file would hold it, on the device and dequantized.
    func matrix(
        _ values: [Float], rows: Int, columns: Int, format: BlockFormat, maximumPartBytes: Int? = nil
    ) throws -> (device: DeviceMatrix, values: [Float]) {
        let file = try TemporaryModel { writer in
            writer.addTensor("w", dimensions: [columns, rows], format: format, values: values)
        }
        let tensor = try file.gguf.tensor("w")
        let matrix = try WeightLoader.load(file.gguf, onto: device, maximumPartBytes: maximumPartBytes) {
            try $0.matrix([tensor], of: file.gguf)
        }
        return (matrix, file.gguf.values(of: tensor))
    }
}
