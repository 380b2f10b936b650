import Domain

/// What is known about a manual besides its passages: from its front matter, or given on the command line.
public struct ManualMetadata: Sendable, Hashable {
    public var title: String?
    public var machineModel: MachineModel?
    public var language: Language?
    public var documentNumber: String?
    public var revisionLabel: String?

    public init(
        title: String? = nil, machineModel: MachineModel? = nil, language: Language? = nil,
        documentNumber: String? = nil, revisionLabel: String? = nil
    ) {
        self.title = title
        self.machineModel = machineModel
        self.language = language
        self.documentNumber = documentNumber
        self.revisionLabel = revisionLabel
    }

    /// These values, with those of `overrides` in place where it has any.
    func overridden(by overrides: ManualMetadata) -> ManualMetadata {
        ManualMetadata(
            title: overrides.title ?? title,
            machineModel: overrides.machineModel ?? machineModel,
            language: overrides.language ?? language,
            documentNumber: overrides.documentNumber ?? documentNumber,
            revisionLabel: overrides.revisionLabel ?? revisionLabel)
    }

    /// Takes one `key: value` line: a flat subset of YAML, because anchors and nesting have no use here and much cost.
    ///
    /// Keys that are not known are skipped: other programs keep theirs in the same place.
    mutating func take(line: String, number: Int, file: String) throws(ManualImportError) {
        let bare = line.trimmed
        guard !bare.isEmpty, !bare.hasPrefix("#") else { return }
        guard let colon = bare.firstIndex(of: ":") else {
            throw ManualImportError(.metadata, file: file, line: number, "expected \"key: value\", found \"\(bare)\"")
        }
        let key = bare[..<colon].lowercased().trimmed.replacing("-", with: "_")
        let value = ManualMetadata.unquoted(HiddenText.unmarked(String(bare[bare.index(after: colon)...])).trimmed)
        guard !value.isEmpty else { return }
        switch key {
        case "title": title = value
        case "machine_model", "model": machineModel = MachineModel(rawValue: value)
        case "language", "lang": language = try ManualMetadata.language(value, number: number, file: file)
        case "document_number", "document": documentNumber = value
        case "revision_label", "revision": revisionLabel = value
        default: break
        }
    }

    private static func unquoted(_ value: String) -> String {
        guard value.count >= 2, let first = value.first, first == "\"" || first == "'", value.last == first else {
            return value
        }
        return String(value.dropFirst().dropLast())
    }

    private static func language(_ value: String, number: Int, file: String) throws(ManualImportError) -> Language {
        switch value.lowercased().replacing("_", with: "-") {
        case "en", "en-us", "en-gb": return .english
        case "zh-tw", "zh-hant", "zh-hant-tw": return .traditionalChinese
        default:
            let known = Language.allCases.map(\.rawValue).joined(separator: ", ")
            throw ManualImportError(
                .metadata, file: file, line: number, "language \"\(value)\" is not supported; expected one of \(known)")
        }
    }
}
