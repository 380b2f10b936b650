/// What a model reads, by whom it is from. The model's own chat template sets it into turns.
public struct Prompt: Sendable, Hashable {
    /// Rises with every change of the format; a model trained on one version is not asked with another.
    public static let version = 1

    /// Written by this program: the task.
    public let system: String
    /// From manuals, machines and people: names of control tokens in it stay plain characters.
    public let user: String

    public init(system: String, user: String) {
        self.system = system
        self.user = user
    }
}
