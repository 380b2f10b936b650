/// Bounds on what an import takes in, so that no file can exhaust the appliance.
public struct ImportLimits: Sendable, Hashable {
    public var fileBytes = 64 << 20
    public var metadataLines = 64
    /// Table rows in one file.
    public var rows = 200_000
    public var columns = 64
    /// Characters in one table cell or one line of text.
    public var cellCharacters = 20_000
    public var passages = 200_000
    /// Characters of text in one passage; longer sections are cut at a line end.
    public var passageCharacters = 1_600
    public var filesAtOnce = 1_000

    public init() {}
}
