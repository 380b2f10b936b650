import TestSupport
import Testing

@testable import Inference

@Suite("vector kernels agree with their CPU twin")
struct VectorKernelTests {
    @Test("RMS norm of a batch, and of one token of it, by one subgroup or several", arguments: [1, 4])
    func rmsNorm(subgroups: Int) throws {
        try withValidatedDevice { device in
            var profile = KernelProfile(device: device.description)
            profile.subgroups = subgroups
            let bench = try KernelBench(device, profile: profile)
            var random = SeededGenerator(seed: 11)
            for (size, tokens) in [(4, 1), (96, 7), (3584, 2)] {
                let input = random.floats(size * tokens, in: -3...3)
                let weight = random.floats(size)
                let kernel = try RMSNormKernel(bench.library, size: size, epsilon: 1e-6)
                let x = try bench.activations(input, rows: size, tokens: tokens)
                let w = try bench.upload(weight)
                let all = try bench.output(bytes: size * tokens * 4)
                let last = try bench.output(bytes: size * 4)
                try bench.run { recorder in
                    try kernel.record(recorder, from: x.slice(), tokens: tokens, weight: w, into: all.slice())
                    try kernel.record(
                        recorder, from: x.slice(), tokens: tokens, selected: tokens - 1, weight: w,
                        into: last.slice())
                }
                let expected = RMSNormKernel.reference(input: input, size: size, epsilon: 1e-6, weight: weight)
                #expect(nmse(try bench.readActivations(all, rows: size, tokens: tokens), expected) < 1e-11)
                let selected = try bench.readActivations(last, rows: size, tokens: 1)
                #expect(nmse(selected, Array(expected.suffix(size))) < 1e-11)
            }
        }
    }

    @Test(
        "SwiGLU, also where the gate is far from zero, and with fewer invocations than vectors",
        arguments: [nil, 2] as [Int?])
    func swiglu(maximumGroups: Int?) throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            var random = SeededGenerator(seed: 12)
            for (size, tokens) in [(4, 1), (100, 9), (1024, 3)] {
                let input = random.floats(2 * size * tokens, in: -30...30)
                let kernel = try SwiGLUKernel(bench.library, maximumGroups: maximumGroups)
                let x = try bench.activations(input, rows: 2 * size, tokens: tokens)
                let y = try bench.output(bytes: size * tokens * 4)
                try bench.run {
                    try kernel.record($0, from: x.slice(), size: size, tokens: tokens, into: y.slice())
                }
                let expected = SwiGLUKernel.reference(input: input, size: size, tokens: tokens)
                #expect(nmse(try bench.readActivations(y, rows: size, tokens: tokens), expected) < 1e-9)
            }
        }
    }
}
