import Foundation
import Manuals
import Platform

extension RetrievalSettings {
    /// The shipped glossary with the site's on top, and the code forms of the device profiles.
    ///
    /// - Throws: `GlossaryError` naming file, line and expectation.
    public init(shipped: ShippedFiles, configuration: Configuration) throws {
        var glossary = try Glossary(file: shipped.glossary)
        let site = configuration.glossary
        if try site != Configuration.standardGlossary || OwnFile.exists(site.path) {
            glossary = glossary.adding(try Glossary(file: site))
        }
        self.init(glossary: glossary, codeForms: configuration.codeForms)
    }
}
