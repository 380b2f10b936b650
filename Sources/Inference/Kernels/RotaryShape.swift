import Foundation

/// How queries and keys take up their positions.
///
/// Pair `i` of a head turns by `position · base^(-2i / headSize) / factor[i]`.
///
/// Source: Su et al., RoFormer, 2021.
struct RotaryShape: Equatable, Sendable {
    /// Which two values of a head turn together.
    enum Pairing: Sendable {
        /// Value `i` with value `i + headSize / 2`, as in GPT-NeoX.
        case halves
        /// Value `2i` with value `2i + 1`, as in RoFormer.
        case neighbours
    }

    var pairing: Pairing
    var base: Float
    /// What each pair's angle is divided by, `headSize / 2` of them; none where nothing is divided.
    var factors: [Float] = []
    /// ε of the RMS norm that each head of queries and keys goes through before it turns; `nil` without a norm.
    var headNormEpsilon: Float?

    /// The angle, in radians, by which each pair of a head turns from one position to the next.
    func frequencies(headSize: Int) -> [Double] {
        (0..<headSize / 2).map { pair in
            let frequency = pow(Double(base), -2 * Double(pair) / Double(headSize))
            return factors.isEmpty ? frequency : frequency / Double(factors[pair])
        }
    }

    /// The places in a head of a pair's two values.
    func places(pair: Int, headSize: Int) -> (Int, Int) {
        switch pairing {
        case .halves: (pair, pair + headSize / 2)
        case .neighbours: (2 * pair, 2 * pair + 1)
        }
    }
}
