/// The shape of a draft: what the grammar lets the model write and what ``DraftStream`` reads.
enum DraftSchema {
    static let stepsLimit = 12
    static let citesLimit = 2
    /// In Unicode scalars.
    static let textLimit = 400

    /// JSON Schema text for a prompt that offers the passages `ids`.
    ///
    /// Written by hand because the order of properties counts: an action is written before what it cites.
    /// `x-plain` forbids quotes and escapes within a string, so its bytes are its text.
    static func json(ids: [String]) -> String {
        let cites = ids.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"type":"object","properties":{"steps":{"type":"array","minItems":1,"maxItems":\(stepsLimit),"items":\
            {"type":"object","properties":{"action":\
            {"type":"string","minLength":1,"maxLength":\(textLimit),"x-plain":true},\
            "cite":{"type":"array","minItems":1,"maxItems":\(citesLimit),"items":{"enum":[\(cites)]}}},\
            "required":["action","cite"],"additionalProperties":false}},\
            "escalation":{"type":"string","maxLength":\(textLimit),"x-plain":true}},\
            "required":["steps","escalation"],"additionalProperties":false}
            """
    }
}

/// A step as the model wrote it: not verified, not for people.
struct DraftStep: Codable, Sendable, Hashable {
    let action: String
    let cite: [String]
}
