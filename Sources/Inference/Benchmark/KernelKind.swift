import VulkanCompute

/// What a kernel's time goes into, as far as the name of its dispatches tells.
public enum KernelKind: String, Sendable, CaseIterable {
    /// Reads a matrix of weights.
    case product
    /// Reads the cache.
    case attention
    /// Anything else: norms, rotation, choosing a token. They move little, and starting them takes longest.
    case small

    /// - Parameter label: of a dispatch.
    init(label: String) {
        if label.contains(Self.separator) {
            self = .product
        } else {
            self = label.hasPrefix("attention") ? .attention : .small
        }
    }

    private static let separator: Character = " "

    /// What the dispatches of a product are called: `product_rows.q4_k 3584x18944`, say.
    ///
    /// - Parameters:
    ///   - rows: that the dispatch takes of its matrix.
    ///   - width: values of a row.
    static func productLabel(_ pipeline: ComputePipeline, rows: Int, width: Int) -> String {
        "\(pipeline.description.name)\(separator)\(rows)x\(width)"
    }
}
