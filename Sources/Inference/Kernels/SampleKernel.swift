import Foundation
import VulkanCompute

/// Picks the next token on the device, so that only its id comes back.
///
/// Without a temperature the greatest allowed logit, the lower id on a tie. With one, the token of the greatest
/// `logit / temperature + g`, `g` Gumbel-distributed: a draw from the softmax of `logits / temperature` over the allowed
/// tokens (Gumbel-max trick). The noise depends on seed, position and token alone, so a draw can be repeated.
struct SampleKernel {
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
            "sample", bindings: 4, push: UInt32.self, workgroup: subgroups * profile.lanes, constants: [subgroups])
    }

    /// - Parameters:
    ///   - mask: bit `i % 32` of word `i / 32` says whether token i is allowed.
    ///   - result: receives one 32-bit id.
    func record(
        _ recorder: CommandRecorder, logits: BufferSlice, mask: BufferSlice, state: BufferSlice,
        into result: BufferSlice
    ) throws {
        try recorder.dispatch(
            pipeline, [.read(logits), .read(mask), .write(result), .read(state)], push: UInt32(vocabularyCount),
            groups: (1, 1, 1))
    }

    /// The plain twin.
    static func reference(logits: [Float], mask: [UInt32], state: StepState) -> UInt32 {
        var best = -Float.greatestFiniteMagnitude
        var token = none
        for (i, logit) in logits.enumerated() where mask[i / 32] >> UInt32(i % 32) & 1 == 1 {
            var key = logit
            if state.inverseTemperature > 0 { key = key * state.inverseTemperature + gumbel(UInt32(i), state) }
            if key > best { (best, token) = (key, UInt32(i)) }
        }
        return token
    }

    private static func gumbel(_ token: UInt32, _ state: StepState) -> Float {
        let bits = hash(token ^ hash(state.lastPosition ^ hash(state.seedHigh ^ hash(state.seedLow))))
        let uniform = (Float(bits >> 8) + 0.5) / 16_777_216
        return -log(-log(uniform))
    }

    private static func hash(_ value: UInt32) -> UInt32 {
        let state = value &* 747_796_405 &+ 2_891_336_453
        let word = ((state >> ((state >> 28) + 4)) ^ state) &* 277_803_737
        return (word >> 22) ^ word
    }
}
