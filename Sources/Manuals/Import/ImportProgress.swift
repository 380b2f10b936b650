/// How far an import is, for a progress bar.
public struct ImportProgress: Sendable, Hashable {
    public enum Stage: Sendable, Hashable {
        case reading
        /// Pages of the file that were read, where it has pages.
        case pages(done: Int, total: Int)
        /// The new snapshot is checked, synced and put in use.
        case publishing
    }

    /// The file being read; empty while publishing.
    public let file: String
    /// From 1.
    public let number: Int
    public let files: Int
    public let stage: Stage

    /// 0…1 of the whole import, files counting alike.
    public var fraction: Double {
        let part =
            switch stage {
            case .reading: 0.0
            case .pages(let done, let total): Double(done) / Double(max(1, total))
            case .publishing: 1.0
            }
        return (Double(number - 1) + part) / Double(max(1, files))
    }
}
