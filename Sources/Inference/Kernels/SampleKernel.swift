import Foundation
import VulkanCompute

/// Picks the next token of each column on the device, so that only ids come back.
///
/// Without a temperature the greatest allowed logit, the lower id on a tie. With one, the token of the greatest
/// `logit / temperature + g`, `g` Gumbel-distributed: a draw from the softmax of `logits / temperature` over the allowed
/// tokens (Gumbel-max trick). Top-k keeps the k likeliest allowed tokens; of these, top-p keeps the likeliest that have
/// the share p of their probability together; tokens as likely as the last one kept stay too. The noise depends on seed,
/// position and token alone, so a draw can be repeated.
struct SampleKernel {
    private struct Push: BitwiseCopyable {
        var vocabulary: UInt32
        var count: UInt32
        var firstColumn: UInt32
        var maskWords: UInt32
    }

    /// What the kernel gives when the mask allows no token or no logit is a number.
    static let none: UInt32 = .max

    private let pipeline: ComputePipeline
    private let vocabularyCount: Int

    init(_ library: KernelLibrary, vocabularyCount: Int) throws {
        self.vocabularyCount = vocabularyCount
        let profile = library.profile
        // One workgroup takes the whole vocabulary, so it is made as wide as every device allows.
        let subgroups = profile.subgroups == 1 ? 1 : max(1, 256 / profile.lanes)
        pipeline = try library.pipeline(
            "sample", bindings: 4, push: Push.self, workgroup: subgroups * profile.lanes, constants: [subgroups])
    }

    /// - Parameters:
    ///   - logits: of `count` columns, as ``ActivationBuffer`` has them.
    ///   - first: the column of the pass that the first of them belongs to.
    ///   - mask: of each, one after another, `maskBytes` apart; bit `i % 32` of word `i / 32` says whether token i is
    ///     allowed. Read for columns only whose state says so.
    ///   - result: receives a 32-bit id for each.
    func record(
        _ recorder: CommandRecorder, logits: BufferSlice, count: Int, first: Int = 0, states: BufferSlice,
        mask: BufferSlice, maskBytes: Int, into result: BufferSlice
    ) throws {
        try recorder.dispatch(
            pipeline, [.read(logits), .read(mask), .write(result), .read(states)],
            push: Push(
                vocabulary: UInt32(vocabularyCount), count: UInt32(count), firstColumn: UInt32(first),
                maskWords: UInt32(maskBytes / 4)),
            groups: (count, 1, 1))
    }

    /// The plain twin for one column; without a mask every token is allowed.
    static func reference(logits: [Float], mask: [UInt32]?, state: ColumnState) -> UInt32 {
        let draws = state.inverseTemperature > 0
        var allowed = logits.indices.filter { i in
            mask.map { $0[i / 32] >> UInt32(i % 32) & 1 == 1 } ?? true && logits[i] > -.greatestFiniteMagnitude
        }
        if draws, state.topK > 0 || state.topP < 1 {
            allowed.sort { logits[$0] > logits[$1] }
            if state.topK > 0, state.topK < allowed.count {
                let last = logits[allowed[Int(state.topK) - 1]]
                allowed = Array(allowed.prefix { logits[$0] >= last })
            }
            let weights = allowed.map {
                exp(Double(logits[$0] - logits[allowed[0]]) * Double(state.inverseTemperature))
            }
            let target = Double(state.topP) * weights.reduce(0, +)
            var sum = 0.0
            for (index, weight) in weights.enumerated() where state.topP < 1 {
                sum += weight
                if sum >= target {
                    let last = logits[allowed[index]]
                    allowed = Array(allowed.prefix { logits[$0] >= last })
                    break
                }
            }
            allowed.sort()
        }
        var best = -Float.greatestFiniteMagnitude
        var token = none
        for i in allowed {
            let key = draws ? logits[i] * state.inverseTemperature + gumbel(UInt32(i), state) : logits[i]
            if key > best { (best, token) = (key, UInt32(i)) }
        }
        return token
    }

    private static func gumbel(_ token: UInt32, _ state: ColumnState) -> Float {
        let bits = hash(token ^ hash(state.position ^ hash(state.seedHigh ^ hash(state.seedLow))))
        let uniform = (Float(bits >> 8) + 0.5) / 16_777_216
        return -log(-log(uniform))
    }

    private static func hash(_ value: UInt32) -> UInt32 {
        let state = value &* 747_796_405 &+ 2_891_336_453
        let word = ((state >> ((state >> 28) + 4)) ^ state) &* 277_803_737
        return (word >> 22) ^ word
    }
}
