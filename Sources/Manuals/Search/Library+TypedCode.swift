import Domain

extension Library {
    /// Whether a question is a code and nothing in a person's own words, however it was typed or scanned: ` f-004`,
    /// `ALARM F004`, `Ｆ００４`.
    public func asksOnlyForCode(_ question: Question) -> Bool {
        guard let text = question.text else { return true }
        guard let code = question.code, text.count <= CodeFinder.longestQuestion else { return false }
        let forms = question.machineModel.flatMap { settings.codeForms[ModelKey.key($0)] } ?? CodeForms()
        return CodeKeys.withoutAnnouncements(
            FaultCode.normalize(CodeFinder.prepared(text)), prefixes: forms.prefixes.map(FaultCode.normalize)
        ).contains(code.normalized)
    }

    /// The question about the same record as its manual writes the code, for the machine model whose manual it is.
    ///
    /// - Returns: nil where no manual has the code as its own, or several have.
    public func ownQuestion(_ question: Question) throws -> Question? {
        guard let snapshot = try snapshot, let code = question.code, code.normalized.count <= Retriever.longestCode
        else { return nil }
        return try snapshot.read { database in
            let index = CodeIndex(
                database: database, machineModel: question.machineModel, forms: settings.codeForms)
            let tiers = [
                { try index.owners(ofExact: code.normalized) }, { try index.owners(ofAnnounced: code) },
                { try index.owners(ofVariantOf: code) },
            ]
            for tier in tiers {
                let owners = try tier()
                guard let owner = owners.first else { continue }
                guard owners.count == 1, let own = FaultCode(owner.normalized),
                    let passage = try index.passages(of: owner, role: owner.role).first
                else { return nil }
                return Question(
                    code: own, text: nil, machine: nil, machineModel: passage.manual.machineModel,
                    language: question.language)
            }
            return nil
        }
    }
}
