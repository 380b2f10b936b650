import Domain

/// What retrieval knows beside the manuals: words that mean the same, and how machines write their codes.
public struct RetrievalSettings: Sendable {
    public let glossary: Glossary
    /// By ``ModelKey``: names of one machine model may differ in case.
    let codeForms: [String: CodeForms]

    public init(glossary: Glossary = Glossary(), codeForms: [MachineModel: CodeForms] = [:]) {
        self.glossary = glossary
        self.codeForms = Dictionary(
            codeForms.map { (ModelKey.key($0.key), $0.value) }, uniquingKeysWith: { $0.merged(with: $1) })
    }
}
