import GGUF
import Shaders
import VulkanCompute

/// How products of many columns are dispatched on GPUs: with cooperative matrices where the device has a fitting shape,
/// else each invocation multiplies for itself.
struct BatchProduct {
    /// Values of a row that a step takes into shared memory: `STEP_VECTORS` in `include/batch.glsl`.
    static let stepValues = 64
    /// Subgroups of a workgroup in the variant with cooperative matrices, each of which takes a quarter of the tile.
    static let cooperativeSubgroups = 4
    /// What the shaders of that variant are called.
    static let cooperativePrefix = "batch_cooperative"

    private let pipeline: ComputePipeline
    private let matrix: DeviceMatrix
    private let profile: KernelProfile

    /// - Parameters:
    ///   - matrix: what is multiplied with.
    ///   - flags: whether there is a bias, whether a residual is added.
    init<Push: BitwiseCopyable>(
        _ library: KernelLibrary, matrix: DeviceMatrix, bindings: Int, push: Push.Type, flags: [Int]
    ) throws {
        self.matrix = matrix
        profile = library.profile
        let format = matrix.format
        let cooperative = Self.shape(library, format: format)
        let tile = [profile.batchRows, profile.batchColumns] + flags
        if let cooperative {
            pipeline = try library.pipeline(
                Self.shader(for: cooperative.extension), format: format, bindings: bindings, push: push,
                workgroup: Self.cooperativeSubgroups * profile.lanes,
                constants: tile + [profile.lanes, cooperative.rows, cooperative.columns, cooperative.depth])
        } else {
            pipeline = try library.pipeline(
                "batch", format: format, bindings: bindings, push: push,
                workgroup: profile.batchRows / 4 * (profile.batchColumns / 4), constants: tile)
        }
    }

    func record<Push: BitwiseCopyable>(
        _ recorder: CommandRecorder, rows: Int, count: Int, bindings: [Binding], push: Push
    ) throws {
        try recorder.dispatch(
            pipeline, bindings, push: push,
            groups: (groupCount(rows, of: profile.batchRows), groupCount(count, of: profile.batchColumns), 1),
            label: KernelKind.productLabel(pipeline, rows: rows, width: matrix.columns))
    }

    /// The shape in which a device's subgroups multiply weights of a format; `nil` where each invocation does for itself.
    static func shape(_ library: KernelLibrary, format: BlockFormat) -> CooperativeMatrix? {
        shape(
            of: library.device.cooperativeMatrices, profile: library.profile, limits: library.device.description.limits
        ) { ShaderLibrary.contains("\(shader(for: $0)).\(format.name.lowercased())") }
    }

    /// The first shape that divides the tile and whose shared memory and workgroup the device has room for.
    ///
    /// - Parameter hasShader: whether a shader was compiled for an extension.
    static func shape(
        of shapes: [CooperativeMatrix], profile: KernelProfile, limits: DeviceDescription.Limits,
        hasShader: (CooperativeMatrix.Extension) -> Bool
    ) -> CooperativeMatrix? {
        guard profile.uses(.cooperativeMatrices), cooperativeSubgroups * profile.lanes <= limits.workgroupInvocations
        else { return nil }
        return shapes.first { shape in
            guard profile.batchRows / 2 % shape.rows == 0, shape.rows % 4 == 0,
                profile.batchColumns / 2 % shape.columns == 0, stepValues % shape.depth == 0
            else { return false }
            // Rows of float16 with a gap of eight values, and a patch of float32 sums for each subgroup.
            let tileBytes = (profile.batchRows + profile.batchColumns) * (stepValues + 8) * 2
            let patchBytes = cooperativeSubgroups * shape.rows * shape.columns * 4
            return tileBytes + patchBytes <= limits.sharedMemoryBytes && hasShader(shape.extension)
        }
    }

    private static func shader(for variant: CooperativeMatrix.Extension) -> String {
        "\(cooperativePrefix)_\(variant.rawValue)"
    }
}
