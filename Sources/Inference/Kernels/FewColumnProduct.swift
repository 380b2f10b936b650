import VulkanCompute

/// An RMS norm that a product takes into itself: `W · norm(x)` without a dispatch for the norm.
///
/// `W · (x ∘ g / s) = (W · (x ∘ g)) / s`, so the scale `s = sqrt(mean(x²) + ε)` is needed only when the sums are done.
struct FoldedNorm {
    /// g: float32, one for each of the input's rows.
    let weight: DeviceBuffer
    let epsilon: Float
}

/// How products of 1 to 32 columns are dispatched, whatever becomes of their sums.
///
/// A weight is loaded and expanded once for all columns that a dispatch takes at once. Each column's sums are added up in
/// one order, which neither the number of columns nor the device's tile sizes change; so a text comes out bit for bit the same
/// alone and in company.
struct FewColumnProduct {
    /// What becomes of the sums: `include/epilogue_*.glsl`.
    enum Epilogue: String {
        case plain = "product"
        case gated, rotary

        /// Rows of the matrix that make one item of the result.
        var rowsPerItem: Int { self == .plain ? 1 : 2 }
    }

    private let library: KernelLibrary
    private let epilogue: Epilogue
    private let matrix: DeviceMatrix
    private let constants: [Int]

    /// - Parameters:
    ///   - matrix: what is multiplied with.
    ///   - hasNorm: whether a norm is folded in.
    ///   - constants: specialization constants from 5, as the epilogue has them.
    init(_ library: KernelLibrary, _ epilogue: Epilogue, matrix: DeviceMatrix, hasNorm: Bool, constants: [Int] = []) {
        self.library = library
        self.epilogue = epilogue
        self.matrix = matrix
        self.constants = [hasNorm ? 1 : 0] + constants
    }

    /// Records the product of one part of a matrix.
    ///
    /// - Parameters:
    ///   - rows: of the part.
    ///   - count: columns; a pipeline for 1, 2, 4, … of them at once is made when it is first asked for.
    func record<Push: BitwiseCopyable>(
        _ recorder: CommandRecorder, rows: Int, count: Int, bindings: [Binding], push: Push
    ) throws {
        let profile = library.profile
        let atOnce = Self.columnsAtOnce(count, maximum: profile.productColumns)
        let name = "\(epilogue.rawValue)_\(profile.lanesTakeRows ? "rows" : "units")"
        let pipeline = try library.pipeline(
            name, format: matrix.format, bindings: bindings.count, push: Push.self, workgroup: profile.workgroupSize,
            constants: [profile.lanes, profile.productRows, atOnce] + constants)
        try recorder.dispatch(
            pipeline, bindings, push: push,
            groups: (groupCount(rows, of: profile.productRowsPerWorkgroup), groupCount(count, of: atOnce), 1),
            label: KernelKind.productLabel(pipeline, rows: rows, width: matrix.columns))
    }

    /// The least power of two that is no less than `count`, but not over `maximum`.
    static func columnsAtOnce(_ count: Int, maximum: Int) -> Int {
        var columns = 1
        while columns < count, columns < maximum { columns *= 2 }
        return columns
    }
}
