/// How a machine model's fault codes are written elsewhere than in its manual: on displays, in logs, in registers.
///
/// They come from its device profile and let retrieval recognise a code; they never make one code into another.
public struct CodeForms: Sendable, Hashable {
    /// Makes a number into a code of the manual: `F%03d` finds `F012` for `12`. A hexadecimal format also takes numbers
    /// marked as such (`0x1F`, `1Fh`, `16#1F`).
    public var numberFormat: CodeFormat?
    /// Words that the machine puts before its codes, beside those that every machine may use (`ALM`, `ERR`, …).
    public var prefixes: [String]
    /// Where a code stands in the machine's log lines.
    public var logFormats: [CodeLogFormat]

    public init(numberFormat: CodeFormat? = nil, prefixes: [String] = [], logFormats: [CodeLogFormat] = []) {
        self.numberFormat = numberFormat
        self.prefixes = prefixes
        self.logFormats = logFormats
    }

    /// Both, for a machine model that several profiles speak of; the number format is the first's.
    public func merged(with other: CodeForms) -> CodeForms {
        CodeForms(
            numberFormat: numberFormat ?? other.numberFormat,
            prefixes: prefixes + other.prefixes.filter { !prefixes.contains($0) },
            logFormats: logFormats + other.logFormats.filter { !logFormats.contains($0) })
    }
}

/// The text around the code in a log line, such as `ALM[{code}]` or `fault={code};`.
public struct CodeLogFormat: Sendable, Hashable, CustomStringConvertible {
    private static let placeholder = "{code}"

    public let before: String
    public let after: String

    /// - Returns: nil unless the text has `{code}` exactly once with something before it.
    public init?(_ text: String) {
        let parts = text.split(separator: CodeLogFormat.placeholder, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, text.count <= 64 else { return nil }
        before = parts[0]
        after = parts[1]
    }

    public var description: String { before + CodeLogFormat.placeholder + after }
}
