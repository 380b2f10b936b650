import Domain

/// Makes the passages of one section: its fault tables' rows and its own text, cut where it is long.
enum SectionPassages {
    static func make(
        from section: ManualSection, limits: ImportLimits, warnings: inout [ImportWarning]
    ) -> [PassageDraft] {
        let safety = unique(section.inheritedSafety + section.blocks.flatMap(SectionLines.safety(in:)))
        var passages = textPassages(of: section, safety: safety, limits: limits, warnings: &warnings)
        let place = FaultTable.Place(heading: section.heading, safety: safety)
        for block in section.blocks {
            guard case .table(let header, let rows) = block.content, let table = FaultTable(header: header, rows: rows)
            else { continue }
            passages += table.passages(at: place, warnings: &warnings)
        }
        return passages
    }

    private static func textPassages(
        of section: ManualSection, safety: [SafetyBlock], limits: ImportLimits, warnings: inout [ImportWarning]
    ) -> [PassageDraft] {
        let lines = SectionLines.make(from: section)
        guard !lines.isEmpty else { return [] }
        var codes = section.headed.map { [$0.code] } ?? []
        var title = section.headed.flatMap { $0.title.isEmpty ? nil : $0.title }
        for line in lines {
            guard let label = LabelledLine.parse(line.text), !line.isListItem else { continue }
            if label.role == .code {
                codes += CodeRecognizer.codes(inCell: label.value).filter { !codes.contains($0) }
            } else if label.role == .title, !label.value.isEmpty {
                title = title ?? label.value
            }
        }
        let parts = cut(lines, budget: codes.isEmpty ? limits.sectionCharacters : limits.passageCharacters)
        if let code = codes.first, parts.count > 1 {
            warnings.append(
                ImportWarning(
                    .longPassageCut, line: section.line, page: section.page,
                    "the section of code \(code) was cut into \(parts.count) passages"))
        }
        let passages = parts.map { part in
            let remedy = remedies(of: part)
            return PassageDraft(
                kind: .section, page: part.first?.page ?? section.page, heading: section.heading, codes: codes,
                title: codes.isEmpty ? nil : title, text: part.map(\.text).joined(separator: "\n"),
                remedies: remedy.actions,
                escalation: remedy.escalation.isEmpty ? nil : TextCleaning.joinWrapped(remedy.escalation),
                safety: safety, layout: layout(of: part), line: section.line)
        }
        if let code = codes.first, passages.allSatisfy({ $0.remedies.isEmpty && $0.escalation == nil }) {
            warnings.append(
                ImportWarning(.noRemedy, line: section.line, page: section.page, "code \(code) has no remedy"))
        }
        return passages
    }

    /// Labelled remedies and unlabelled list items, in order; help sentences from anywhere but the cause.
    private static func remedies(of lines: [SectionLine]) -> RemedySplitter.Result {
        var result = RemedySplitter.Result()
        for line in lines where line.role != .cause {
            let label = line.isListItem ? nil : LabelledLine.parse(line.text)
            let text = label?.value ?? line.text
            if line.role == .remedy || (line.role == .other && line.isListItem) {
                let split = RemedySplitter.split(text)
                result.actions += split.actions
                result.escalation += split.escalation
            } else {
                result.escalation += EscalationRule.extract(from: text).escalation
            }
        }
        return result
    }

    /// The box around what stands on the part's first page.
    private static func layout(of part: [SectionLine]) -> PassageLayout {
        let boxes = part.filter { $0.page == part.first?.page }.compactMap(\.box)
        let box = boxes.dropFirst().reduce(boxes.first) { $0?.union($1) }
        return PassageLayout(box: box, isOCR: part.contains(where: \.isOCR))
    }

    /// Cuts into as few parts as the budget allows, of about equal length: a short rest alone would say nothing.
    private static func cut(_ lines: [SectionLine], budget: Int) -> [[SectionLine]] {
        let lines = lines.flatMap { cut($0, budget: budget) }
        let length = lines.reduce(0) { $0 + $1.text.count + 1 }
        let target = length / ((length + budget - 1) / max(1, budget))
        var parts: [[SectionLine]] = [[]]
        var used = 0
        for line in lines {
            if used > 0, used + line.text.count > budget || used >= target {
                parts.append([])
                used = 0
            }
            parts[parts.count - 1].append(line)
            used += line.text.count + 1
        }
        return parts
    }

    /// Cuts a line that is longer than a whole passage at its sentences.
    private static func cut(_ line: SectionLine, budget: Int) -> [SectionLine] {
        guard line.text.count > budget else { return [line] }
        var pieces: [String] = []
        for sentence in Sentences.split(line.text) {
            if let last = pieces.last, last.count + sentence.count < budget {
                pieces[pieces.count - 1] = TextCleaning.joinWrapped([last, sentence])
            } else {
                pieces += stride(from: 0, to: sentence.count, by: budget).map {
                    String(sentence.dropFirst($0).prefix(budget))
                }
            }
        }
        return pieces.map { piece in
            var part = line
            part.text = piece
            return part
        }
    }

    private static func unique(_ blocks: [SafetyBlock]) -> [SafetyBlock] {
        blocks.reduce(into: []) { kept, block in
            if !kept.contains(block) { kept.append(block) }
        }
    }
}
