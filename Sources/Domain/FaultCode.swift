import Foundation

/// A fault code as a person or machine wrote it, compared by its normal form.
///
/// `F-0004`, `f0004` and `Ｆ０００４` are one code; `F4` is another: leading zeros can distinguish codes, so dropping
/// them is the retrieval's decision, never this type's.
public struct FaultCode: Codable, Sendable, Hashable, CustomStringConvertible {
    /// As written, for display.
    public let written: String
    /// NFKC, upper case, only letters and digits (of any script).
    public let normalized: String

    /// - Returns: nil when nothing but separators is left.
    public init?(_ written: String) {
        let normalized = FaultCode.normalize(written)
        guard !normalized.isEmpty else { return nil }
        self.written = written.trimmingCharacters(in: .whitespacesAndNewlines)
        self.normalized = normalized
    }

    /// The code of an incident of kind ``Incident/Kind/commLost``.
    public static let commLost = FaultCode(written: "COMM-LOST", normalized: "COMMLOST")

    private init(written: String, normalized: String) {
        self.written = written
        self.normalized = normalized
    }

    public static func normalize(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCompatibilityMapping.uppercased().unicodeScalars
        where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
            scalars.append(scalar)
        }
        return String(scalars)
    }

    public var description: String { written }
    public static func == (left: FaultCode, right: FaultCode) -> Bool { left.normalized == right.normalized }
    public func hash(into hasher: inout Hasher) { hasher.combine(normalized) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let code = FaultCode(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a fault code needs a letter or digit, got \"\(text)\"")
        }
        self = code
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(written)
    }
}
