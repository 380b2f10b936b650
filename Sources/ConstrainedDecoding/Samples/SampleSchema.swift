/// A schema of the kind that programs ask a model to keep to, for measurements and tests.
public struct SampleSchema: Sendable, CustomStringConvertible {
    /// A short name, unique among ``all``.
    public let name: String
    /// The JSON Schema.
    public let text: String

    public var description: String { name }

    /// All samples; the first is the shape of a troubleshooting draft.
    public static let all = records + settings + texts + numbers + combinations + recursions
}
