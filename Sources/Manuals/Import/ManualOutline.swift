import Domain

/// A heading with the blocks directly below it.
struct ManualSection {
    /// From the outermost heading to this one; without the manual's title.
    var heading: [String]
    var headed: CodeRecognizer.HeadedCode?
    /// The blocks of outer sections that hold here too.
    var inheritedSafety: [SafetyBlock]
    var blocks: [ManualBlock]
    var line: Int?
    var page: Int?
}

/// Groups blocks under their headings and decides which headings are fault codes.
enum ManualOutline {
    private struct Open {
        let level: Int
        let text: String
        var section: Int
    }

    static func sections(of blocks: [ManualBlock], title: String?) -> [ManualSection] {
        let prefixes = codePrefixes(of: blocks)
        var sections: [ManualSection] = []
        var open: [Open] = []
        for block in blocks {
            guard case .heading(let level, let text) = block.content else {
                if sections.isEmpty { sections.append(section(at: block, heading: [])) }
                sections[sections.count - 1].blocks.append(block)
                continue
            }
            if let last = open.last, level > last.level, sections[last.section].headed != nil,
                ColumnRoles.role(of: text) != .other
            {
                // "#### Remedy" below a code is a label of that section, no section of its own.
                var label = block
                label.content = .paragraph([text + ":"], isMarked: false)
                sections[last.section].blocks.append(label)
                continue
            }
            while let last = open.last, last.level >= level { open.removeLast() }
            let outer = open.map(\.text)
            let path = (outer + [text]).filter { !$0.isEmpty && $0 != title }
            var section = section(at: block, heading: path)
            section.inheritedSafety = open.last.map { safety(of: sections[$0.section]) } ?? []
            section.headed = headedCode(text, outer: outer, prefixes: prefixes)
            sections.append(section)
            open.append(Open(level: level, text: text, section: sections.count - 1))
        }
        return sections
    }

    private static func section(at block: ManualBlock, heading: [String]) -> ManualSection {
        ManualSection(
            heading: heading, headed: nil, inheritedSafety: [], blocks: [], line: block.line, page: block.page)
    }

    /// What a section passes on to the sections inside it.
    private static func safety(of section: ManualSection) -> [SafetyBlock] {
        section.inheritedSafety + section.blocks.flatMap(SectionLines.safety(in:))
    }

    private static func headedCode(
        _ text: String, outer: [String], prefixes: [String: Int]
    ) -> CodeRecognizer.HeadedCode? {
        let outerAnnounces = outer.contains(where: CodeRecognizer.announcesCodes)
        guard let headed = CodeRecognizer.code(inHeading: text, outerAnnounces: outerAnnounces) else { return nil }
        // "M12 connector" is no fault; two headings with the same letters before a number are a list of codes.
        guard headed.isAnnounced || prefixes[letters(of: headed.code), default: 0] > 1 else { return nil }
        return headed
    }

    private static func codePrefixes(of blocks: [ManualBlock]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for block in blocks {
            guard case .heading(_, let text) = block.content,
                let headed = CodeRecognizer.code(inHeading: text, outerAnnounces: false)
            else { continue }
            counts[letters(of: headed.code), default: 0] += 1
        }
        return counts
    }

    private static func letters(of code: FaultCode) -> String { String(code.normalized.prefix(while: \.isLetter)) }
}
