import Foundation
import Manuals

extension RetrievalSettings {
    /// The shipped glossary with the site's on top, and the code forms of the device profiles.
    ///
    /// - Throws: `GlossaryError` naming file, line and expectation.
    public init(shipped: ShippedFiles, configuration: Configuration) throws {
        var glossary = try Glossary(file: shipped.glossary)
        let site = configuration.glossary
        if site != Configuration.standardGlossary || FileManager.default.fileExists(atPath: site.path) {
            glossary = glossary.adding(try Glossary(file: site))
        }
        self.init(glossary: glossary, codeForms: configuration.codeForms)
    }
}
