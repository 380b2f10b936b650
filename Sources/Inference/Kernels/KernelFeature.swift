/// A way of computing that a plainer one can stand in for, so that a device may do without it.
///
/// Raw values are the names in GPU profiles, logs and the self-test's verdict.
public enum KernelFeature: String, CaseIterable, Codable, Sendable {
    /// Products of many columns by cooperative matrices; without, each invocation multiplies for itself.
    case cooperativeMatrices = "cooperative-matrices"
    /// Products of many columns by tiles in shared memory; without, prompts take the products of few columns.
    case batchTiles = "batch-tiles"
    /// Queries, keys and values in one dispatch; without, products and rotation are apart.
    case fusedProjections = "fused-projections"
    /// Gates, the values that they let through, and SwiGLU in one dispatch; without, they are apart.
    case fusedGates = "fused-gates"
    /// Lanes that share a row in products of few columns; without, each lane takes rows of its own.
    case sharedRows = "shared-rows"
    /// Steps that split a long context over several workgroups; without, one takes all of it.
    case splitAttention = "split-attention"
    /// Products that take so many columns at once; without, they take half as many.
    case columns2 = "2-columns"
    case columns4 = "4-columns"
    case columns8 = "8-columns"
    case columns16 = "16-columns"
    case columns32 = "32-columns"

    /// How many columns at once it is about; `nil` for the other features.
    var columns: Int? {
        switch self {
        case .columns2: 2
        case .columns4: 4
        case .columns8: 8
        case .columns16: 16
        case .columns32: 32
        case .cooperativeMatrices, .batchTiles, .fusedProjections, .fusedGates, .sharedRows, .splitAttention: nil
        }
    }

    /// The feature of so many columns at once; `nil` where there is none, as for one.
    static func columns(_ count: Int) -> KernelFeature? { allCases.first { $0.columns == count } }
}
