/// Bounds on what an import takes in, so that no file can exhaust the appliance.
public struct ImportLimits: Sendable, Hashable {
    public var fileBytes = 512 << 20
    /// Of a file that is read as text, whole.
    public var textBytes = 64 << 20
    public var metadataLines = 64
    /// Table rows in one file.
    public var rows = 200_000
    public var columns = 64
    /// Characters in one table cell or one line of text.
    public var cellCharacters = 20_000
    public var passages = 200_000
    /// Characters of text in a passage that answers for a code; longer sections are cut at a line end.
    public var passageCharacters = 1_600
    /// … and in one of running text.
    public var sectionCharacters = 800
    public var filesAtOnce = 1_000

    public var pages = 10_000
    public var wordsPerPage = 20_000
    /// Scanned pages that are read in one file; the rest are named for a person to look at.
    public var scannedPages = 400
    /// What an archive (DOCX, XLSX) may unpack to.
    public var unpackedBytes = 512 << 20
    public var archiveEntries = 10_000
    public var sheets = 200
    public var converters = ConverterLimits()

    public init() {}
}

/// Bounds on one run of a converter, kept by the kernel.
public struct ConverterLimits: Sendable, Hashable {
    public var seconds = 120.0
    /// Of address space, which bounds its memory from above.
    public var memoryBytes = 1 << 30
    /// Of each file that it writes.
    public var outputBytes = 256 << 20

    public init() {}
}
