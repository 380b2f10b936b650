import Domain

extension PayloadProfile {
    private enum FormatName: String, CaseIterable { case json, text, csv }

    init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        let format: Format
        switch try map.choice("format", of: FormatName.self) ?? .json {
        case .json: format = .json(try PayloadProfile.pointers(map))
        case .text: format = .text(try PayloadProfile.patterns(map))
        case .csv: format = .csv(try CSVLayout(map))
        }
        let inactive = try map.strings("inactive_texts") ?? []
        self.init(
            format: format, codeFormat: try CodeFormat(reading: "code_format", of: map), inactiveTexts: Set(inactive))
        try map.finish()
    }

    private static func pointers(_ map: StrictYAMLMap) throws(StrictYAMLError) -> [PayloadField: JSONPointer] {
        var pointers = standardPointers
        guard let paths = try map.map("fields") else { return pointers }
        for field in PayloadField.allCases {
            guard let text = try paths.string(field.rawValue) else { continue }
            guard let pointer = JSONPointer(text) else {
                throw paths.error(
                    field.rawValue,
                    expected: "expected a key, or a JSON Pointer of 1 to 8 steps such as /alarm/code, got \"\(text)\"")
            }
            pointers[field] = pointer
        }
        try paths.finish()
        return pointers
    }

    private static func patterns(_ map: StrictYAMLMap) throws(StrictYAMLError) -> [TextPattern] {
        guard let entries = try map.maps("patterns"), (1...32).contains(entries.count) else {
            throw map.error("patterns", expected: "expected a list of 1 to 32 patterns")
        }
        var patterns: [TextPattern] = []
        for entry in entries {
            let text = try entry.requiredString("text")
            guard let pattern = TextPattern(text, active: try entry.flag("active")) else {
                let places = PayloadField.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
                throw entry.error(
                    "text",
                    expected: "expected {code} and text between its places, each once of \(places), got \"\(text)\"")
            }
            try entry.finish()
            patterns.append(pattern)
        }
        return patterns
    }
}

extension CSVLayout {
    fileprivate init(_ map: StrictYAMLMap) throws(StrictYAMLError) {
        let separator = try map.string("separator") ?? ","
        guard separator.count == 1, let character = separator.first, character != "\"", !character.isNewline else {
            throw map.error("separator", expected: "expected one character, got \"\(separator)\"")
        }
        let names = try map.strings("columns") ?? []
        let columns = names.map { PayloadField(rawValue: $0) }
        let known = PayloadField.allCases.map(\.rawValue)
        guard (1...CSVLayout.columnLimit).contains(names.count), names.allSatisfy({ $0 == "-" || known.contains($0) }),
            columns.filter({ $0 == .code }).count == 1
        else {
            throw map.error(
                "columns",
                expected: "expected code once, and else of \(known.joined(separator: ", ")), or - for what is skipped")
        }
        self.init(columns: columns, separator: character)
    }
}
