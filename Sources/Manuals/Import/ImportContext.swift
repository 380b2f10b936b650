/// What an importer works within: its bounds, and whom it tells how far it is.
public struct ImportContext: Sendable {
    public var limits: ImportLimits
    private let onPage: @Sendable (_ done: Int, _ total: Int) -> Void

    public init(
        limits: ImportLimits = ImportLimits(),
        onPage: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) {
        self.limits = limits
        self.onPage = onPage
    }

    func tell(pages done: Int, of total: Int) { onPage(done, total) }
}
