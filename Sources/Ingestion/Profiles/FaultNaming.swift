import Domain

/// How the number of a fault becomes the code that the manual prints.
public struct FaultNaming: Sendable, Hashable {
    public let format: CodeFormat
    /// Codes of single values, ahead of `format`.
    public let codes: [Int64: String]
    /// What the machine's faults of this place are worth, in the site's own words; nil says nothing.
    public let severity: String?

    public init(format: CodeFormat = .plain, codes: [Int64: String] = [:], severity: String? = nil) {
        self.format = format
        self.codes = codes
        self.severity = severity
    }

    func code(of number: Int64) -> String {
        if let code = codes[number] { return code }
        guard let magnitude = UInt64(exactly: number) else { return "-" + format.code(number.magnitude) }
        return format.code(magnitude)
    }
}
