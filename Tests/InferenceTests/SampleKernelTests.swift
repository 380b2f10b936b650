import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite("the sampler")
struct SampleKernelTests {
    /// Samples one column for each state, all from the same logits, in passes of up to 32 columns.
    private func sample(
        _ bench: KernelBench, logits: [Float], mask: [UInt32]? = nil, states: [ColumnState]
    ) throws -> [UInt32] {
        let kernel = try SampleKernel(bench.library, vocabularyCount: logits.count)
        let words = (logits.count + 31) / 32
        return try stride(from: 0, to: states.count, by: 32).flatMap { start in
            let columns = states[start..<min(start + 32, states.count)].map { state in
                var state = state
                state.flags = mask == nil ? 0 : 1
                return state
            }
            let count = columns.count
            let logitsBuffer = try bench.activations(
                Array((0..<count).map { _ in logits }.joined()), rows: logits.count, tokens: count)
            // The unmasked columns' masks are never read.
            let masks = (0..<count).flatMap { _ in mask ?? [UInt32](repeating: 0, count: words) }
            let maskBuffer = try bench.upload(masks)
            // A column before those that are sampled, as in a prompt.
            let stateBuffer = try bench.upload([ColumnState(position: 77)] + columns)
            let result = try bench.output(bytes: count * 4)
            try bench.run {
                try kernel.record(
                    $0, logits: logitsBuffer.slice(), count: count, first: 1, states: stateBuffer.slice(),
                    mask: maskBuffer.slice(), maskBytes: words * 4, into: result.slice())
            }
            return try bench.read(result, UInt32.self, count: count)
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
                let state = ColumnState(position: 3)
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
            let state = ColumnState(position: 0)
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
            let states = (0..<1500).map {
                ColumnState(position: $0, sampling: Sampling(temperature: 0.8, seed: 0x1234_5678_9abc))
            }
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
            let other = states.map {
                ColumnState(position: Int($0.position), sampling: Sampling(temperature: 0.8, seed: 99))
            }
            #expect(try sample(bench, logits: logits, mask: mask, states: other) != drawn)
        }
    }

    @Test("draws from the likeliest tokens only where top-k, top-p or both say so", arguments: [1, 4])
    func cuts(subgroups: Int) throws {
        try withValidatedDevice { device in
            var profile = KernelProfile(device: device.description)
            profile.subgroups = subgroups
            let bench = try KernelBench(device, profile: profile)
            var random = SeededGenerator(seed: 22)
            let logits = random.floats(1003, in: -4...4)
            var mask = everything(1003)
            for word in stride(from: 0, to: mask.count, by: 3) { mask[word] = 0x5555_5555 }
            for (topK, topP) in [(1, 1), (5, 1), (0, 0.3), (40, 0.5), (0, 0.999), (2000, 1)] as [(Int, Float)] {
                let states = (0..<64).map {
                    ColumnState(
                        position: $0, sampling: Sampling(temperature: 0.7, topK: topK, topP: topP, seed: 5))
                }
                for mask in [nil, mask] {
                    let drawn = try sample(bench, logits: logits, mask: mask, states: states)
                    let expected = states.map { SampleKernel.reference(logits: logits, mask: mask, state: $0) }
                    let agreeing = zip(drawn, expected).count { $0 == $1 }
                    #expect(agreeing >= 63, "top-k \(topK), top-p \(topP): a logarithm may tip a close draw")
                }
            }
            // Equally likely tokens are kept together, and every column has its own parameters.
            let states = [(2, 1), (0, 0.2), (0, 1)].map { (topK: Int, topP: Float) in
                ColumnState(position: 1, sampling: Sampling(temperature: 1, topK: topK, topP: topP, seed: 1))
            }
            let flat = try sample(bench, logits: [Float](repeating: -2, count: 500), states: states)
            #expect(Set(flat).count == 1, "all tokens are kept in all three")
        }
    }
}
