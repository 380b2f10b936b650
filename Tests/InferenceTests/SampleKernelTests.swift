import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite("the sampler")
struct SampleKernelTests {
    private func sample(
        _ bench: KernelBench, logits: [Float], mask: [UInt32], states: [StepState]
    ) throws -> [UInt32] {
        let kernel = try SampleKernel(bench.library, vocabularyCount: logits.count)
        let logitsBuffer = try bench.upload(logits)
        let maskBuffer = try bench.upload(mask)
        return try states.map { state in
            let stateBuffer = try bench.upload([state])
            let result = try bench.output(bytes: 4)
            try bench.run {
                try kernel.record(
                    $0, logits: logitsBuffer.slice(), mask: maskBuffer.slice(), state: stateBuffer.slice(),
                    into: result.slice())
            }
            return try bench.read(result, UInt32.self, count: 1)[0]
        }
    }

    private func everything(_ count: Int) -> [UInt32] { [UInt32](repeating: .max, count: (count + 31) / 32) }

    @Test("takes the greatest allowed logit, the lower id on a tie", arguments: [1, 4])
    func greedy(subgroups: Int) throws {
        try withValidatedDevice { device in
            var profile = KernelProfile(device: device.description)
            profile.subgroups = subgroups
            let bench = try KernelBench(device, profile: profile)
            var random = SeededGenerator(seed: 21)
            for count in [1, 31, 333, 6144] {
                var logits = random.floats(count)
                let state = StepState(position: 3)
                var mask = everything(count)
                #expect(
                    try sample(bench, logits: logits, mask: mask, states: [state])
                        == [SampleKernel.reference(logits: logits, mask: mask, state: state)])
                let best = Int(SampleKernel.reference(logits: logits, mask: mask, state: state))
                mask[best / 32] &= ~(1 << UInt32(best % 32))
                let expected = SampleKernel.reference(logits: logits, mask: mask, state: state)
                #expect(expected != UInt32(best))
                #expect(try sample(bench, logits: logits, mask: mask, states: [state]) == [expected])
                logits = [Float](repeating: 0.5, count: count)
                #expect(try sample(bench, logits: logits, mask: everything(count), states: [state]) == [0])
            }
        }
    }

    @Test("says that there is none if nothing is allowed or no logit is a number")
    func none() throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            let state = StepState(position: 0)
            let closed = [UInt32](repeating: 0, count: 2)
            #expect(
                try sample(bench, logits: [Float](repeating: 1, count: 40), mask: closed, states: [state])
                    == [SampleKernel.none])
            #expect(
                try sample(
                    bench, logits: [Float](repeating: .nan, count: 40), mask: everything(40), states: [state])
                    == [SampleKernel.none])
        }
    }

    @Test("draws the same token for the same seed and position, and follows the softmax over many")
    func distribution() throws {
        try withValidatedDevice { device in
            let bench = try KernelBench(device)
            let logits: [Float] = [1, 0, 2, -1, 0.5]
            let mask: [UInt32] = [0b11101]
            let states = (0..<1500).map { StepState(position: $0, seed: 0x1234_5678_9abc, temperature: 0.8) }
            let drawn = try sample(bench, logits: logits, mask: mask, states: states)
            #expect(try sample(bench, logits: logits, mask: mask, states: [states[7]])[0] == drawn[7])
            let agreeing = zip(drawn, states).filter {
                $0 == SampleKernel.reference(logits: logits, mask: mask, state: $1)
            }
            #expect(agreeing.count >= 1495, "a device's logarithm may tip a close draw")
            let weights = logits.enumerated().map { $0 == 1 ? 0 : exp(Double($1) / 0.8) }
            for (token, weight) in weights.enumerated() {
                let share = Double(drawn.count { $0 == UInt32(token) }) / Double(drawn.count)
                #expect(abs(share - weight / weights.reduce(0, +)) < 0.05, "token \(token)")
            }
            let other = states.map { StepState(position: Int($0.position), seed: 99, temperature: 0.8) }
            #expect(try sample(bench, logits: logits, mask: mask, states: other) != drawn)
        }
    }
}
