import Domain

/// Turns a table with a column of fault codes into one passage a row; every format shares it.
struct FaultTable {
    struct Row {
        var cells: [String]
        var line: Int?
        var page: Int?
        /// From its first to its last word on the page where it begins.
        var box: PageBox?
        var isOCR = false
    }

    /// Where the table stands.
    struct Place {
        var heading: [String]
        var safety: [SafetyBlock]
    }

    let header: [String]
    let roles: [ColumnRole]
    let rows: [Row]

    /// - Returns: nil when the table is not about fault codes.
    init?(header: [String], rows: [Row]) {
        guard let roles = ColumnRoles.roles(ofHeader: header, rows: rows.map(\.cells)) else { return nil }
        // A known word heads a column, hidden or not; what a row says is its cells.
        self.header = zip(header, roles).map { $1 == .other ? $0 : HiddenText.unmarked($0) }
        self.roles = roles
        self.rows = rows
    }

    func passages(at place: Place, warnings: inout [ImportWarning]) -> [PassageDraft] {
        logicalRows().map { passage(of: $0, at: place, warnings: &warnings) }
    }

    /// Rows as the manual means them: a row without code continues the one above, cells merged downwards and ditto
    /// marks are filled in.
    private func logicalRows() -> [Row] {
        var logical: [Row] = []
        for row in rows where row.cells.contains(where: { !$0.trimmed.isEmpty }) {
            guard let above = logical.last else {
                logical.append(row)
                continue
            }
            if roles.indices.contains(where: { roles[$0] == .code && !isBlank(row.cells[$0]) }) {
                logical.append(carried(row, below: above))
            } else {
                for column in roles.indices where !isBlank(row.cells[column]) {
                    let cell = logical[logical.count - 1].cells[column]
                    logical[logical.count - 1].cells[column] =
                        isBlank(cell) ? row.cells[column] : cell + "\n" + row.cells[column]
                }
            }
        }
        return logical
    }

    private func carried(_ row: Row, below above: Row) -> Row {
        var row = row
        for column in roles.indices {
            let cell = row.cells[column].trimmed
            let isDitto = ["\"", "〃", "″", "同上", "ditto", "same as above"].contains(cell.lowercased())
            // Group cells are merged downwards in print; an empty cause or remedy is simply empty.
            if isDitto || (cell.isEmpty && roles[column] == .section) { row.cells[column] = above.cells[column] }
        }
        return row
    }

    private func isBlank(_ cell: String) -> Bool { ["", "-", "–", "—", "/"].contains(cell.trimmed) }

    private func passage(of row: Row, at place: Place, warnings: inout [ImportWarning]) -> PassageDraft {
        var draft = PassageDraft(
            kind: .faultRow, page: row.page, heading: place.heading, codes: [], title: nil, text: "", remedies: [],
            escalation: nil, safety: place.safety,
            layout: PassageLayout(box: row.box, header: header, isOCR: row.isOCR), line: row.line,
            cells: row.cells.filter { !isBlank($0) })
        var lines: [String] = []
        var escalation: [String] = []
        for column in roles.indices where !isBlank(row.cells[column]) {
            let (kept, blocks) = SafetyExtractor.extract(
                from: safetyLines(of: row.cells[column], in: column), isMarked: roles[column] == .safety,
                spansLines: false)
            draft.safety += blocks.filter { !draft.safety.contains($0) }
            let value = kept.map(\.trimmed).filter { !$0.isEmpty }.joined(separator: "\n")
            guard !value.isEmpty else { continue }
            switch roles[column] {
            case .page:
                draft.page = Int(value.filter(\.isNumber)) ?? draft.page
                continue
            case .section:
                draft.heading.append(TextCleaning.singleSpaced(value))
                continue
            case .code: draft.codes += CodeRecognizer.codes(inCell: value).filter { !draft.codes.contains($0) }
            case .title: draft.title = draft.title ?? TextCleaning.singleSpaced(value)
            case .remedy:
                let split = RemedySplitter.split(value)
                draft.remedies += split.actions
                escalation += split.escalation
            case .escalation: escalation.append(TextCleaning.singleSpaced(value))
            case .cause, .safety, .other: break
            }
            lines.append(LabelledLine.make(label: header[column], value: value))
        }
        draft.text = lines.joined(separator: "\n")
        draft.escalation = escalation.isEmpty ? nil : TextCleaning.joinWrapped(escalation)
        warn(about: draft, row: row, into: &warnings)
        return draft
    }

    /// A cell's lines; one in a column headed `Warning` gets the header as its signal word where it has none.
    private func safetyLines(of cell: String, in column: Int) -> [String] {
        let lines = LineBreaks.plain(cell).split(separator: "\n").map { $0.trimmed }
        let header = header[column].trimmed
        guard roles[column] == .safety, let first = lines.first,
            SafetyExtractor.signal(in: first, isMarked: true) == nil,
            SafetyExtractor.signalWords.contains(header.uppercased())
        else { return lines }
        return ["\(header.uppercased()): \(first)"] + lines.dropFirst()
    }

    private func warn(about draft: PassageDraft, row: Row, into warnings: inout [ImportWarning]) {
        if draft.codes.isEmpty {
            warnings.append(
                ImportWarning(.rowWithoutCode, line: row.line, page: row.page, "this row has no readable code"))
        } else if draft.remedies.isEmpty, draft.escalation == nil {
            let codes = draft.codes.map(\.written).joined(separator: ", ")
            warnings.append(ImportWarning(.noRemedy, line: row.line, page: row.page, "code \(codes) has no remedy"))
        }
    }
}

/// `Header: value` in the header's own script.
enum LabelledLine {
    static func make(label: String, value: String) -> String {
        label.containsCJK ? "\(label)：\(value)" : "\(label): \(value)"
    }

    /// The role and text of a line that begins with a known label; nil for any other line.
    static func parse(_ line: String) -> (role: ColumnRole, value: String)? {
        guard let colon = line.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }
        let label = line[..<colon]
        guard label.count <= 40 else { return nil }
        let role = ColumnRoles.role(of: String(label))
        guard role != .other else { return nil }
        return (role, line[line.index(after: colon)...].trimmed)
    }

    /// What the lines of a passage name as the cause, verbatim, with the lines that go on from a labelled one.
    static func cause(in text: String) -> String? {
        var causes: [String] = []
        var isCause = false
        for line in text.split(separator: "\n") {
            let label = parse(String(line))
            if let label { isCause = label.role == .cause }
            let value = label?.value ?? line.trimmed
            if isCause, !value.isEmpty { causes.append(value) }
        }
        return causes.isEmpty ? nil : TextCleaning.joinWrapped(causes)
    }
}
