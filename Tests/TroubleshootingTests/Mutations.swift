import Domain
import TestSupport

extension Mutation {
    static let all: [Mutation] = words + structure + figures + letters

    // MARK: Words

    private static let words: [Mutation] = [
        .dropping("negation dropped", ["not ", "never ", "no ", "neither ", "nor ", "不可", "不", "未", "勿", "禁止", "無"]),
        Mutation(name: "negation added") { subject, _ in
            [
                "Do not \(subject.remedy.lowercasedFirst)", "Never \(subject.remedy.lowercasedFirst)",
                "不可\(subject.remedy)",
            ]
        },
        Mutation(name: "negation moved") { subject, random in
            ["not", "never", "no", "不", "未", "不可"].compactMap { word -> String? in
                var tokens = subject.tokens
                guard let at = tokens.firstIndex(of: word) else { return nil }
                tokens.remove(at: at)
                tokens.insert(word, at: Int.random(in: 0...tokens.count, using: &random))
                return join(tokens)
            }
        },
        .exchanging(
            "direction turned around",
            [
                ("from", "to"), ("on", "off"), ("up", "down"), ("falls", "rises"), ("top", "bottom"), ("left", "right"),
                ("open", "close"), ("Open", "Close"), ("above", "below"), ("over", "under"), ("upper", "lower"),
                ("clockwise", "counter-clockwise"), ("Tighten", "Loosen"), ("Switch on", "Switch off"), ("in", "out"),
                ("Press", "Release"), ("Engage", "Disengage"), ("increase", "decrease"), ("Reduce", "Raise"),
                ("從", "到"), ("開", "關"), ("上", "下"), ("左", "右"), ("升", "降"), ("高", "低"), ("大於", "小於"),
                ("鎖緊", "鬆開"), ("進", "出"), ("內", "外"), ("啟動", "停止"), ("插", "拔"), ("增", "減"),
            ]),
        .exchanging(
            "connective changed", [("and", "or"), ("and", "and then"), ("或", "和"), ("與", "或"), ("及", "或"), ("並", "或")]),
        .exchanging(
            "condition changed",
            [
                ("if", "unless"), ("when", "until"), ("while", "once"), ("before", "after"), ("only when", "when"),
                ("until", "before"), ("If", "Unless"), ("若", "除非"), ("前", "後"), ("時", "前"), ("當", "若"), ("直到", "若"),
            ]),
        .exchanging(
            "quantifier changed",
            [
                ("all", "any"), ("both", "either"), ("each", "one"), ("at least", "at most"), ("every", "some"),
                ("half", "full"), ("neither", "either"), ("全部", "任一"), ("兩", "各"), ("每", "某"), ("半", "整"), ("以上", "以下"),
            ]),
        .dropping(
            "quantifier or manner dropped",
            [
                "all ", "both ", "each ", "every ", "half ", "only ", "at least ", "at most ", "slowly ", "fully ",
                "by hand ",
                "全部", "都", "各", "每", "半", "兩", "緩慢", "完全", "至少", "才",
            ]),
        .exchanging(
            "tense changed",
            [
                ("is", "is not"), ("is", "was"), ("must", "may"), ("has", "has not"), ("can", "must"), ("須", "可"),
                ("應", "可"),
            ]),
        .exchanging("order word changed", [("first", "second"), ("then", "first"), ("second", "third"), ("先", "後")]),
        Mutation(name: "plural changed") { subject, _ in
            subject.tokens.indices.compactMap { index in
                var tokens = subject.tokens
                // One unit is spelled both ways.
                let isUnit = ["minute", "degree", "second", "hour", "time", "turn"].contains {
                    tokens[index].hasPrefix($0)
                }
                guard tokens[index].allSatisfy({ $0.isASCII && $0.isLowercase }), tokens[index].count > 3, !isUnit
                else {
                    return nil
                }
                tokens[index] = tokens[index].hasSuffix("s") ? String(tokens[index].dropLast()) : tokens[index] + "s"
                return join(tokens)
            }
        },
    ]

    // MARK: Structure

    private static let structure: [Mutation] = [
        Mutation(name: "word dropped") { subject, _ in
            subject.tokens.indices.dropLast().map { index in
                var tokens = subject.tokens
                tokens.remove(at: index)
                return join(tokens)
            }
        },
        Mutation(name: "word of the passage added") { subject, random in
            (0..<4).compactMap { _ in
                var tokens = subject.tokens
                guard let word = subject.elsewhere.randomElement(using: &random) else { return nil }
                tokens.insert(word, at: Int.random(in: 0..<tokens.count, using: &random))
                return join(tokens)
            }
        },
        Mutation(name: "word replaced by one of the passage") { subject, random in
            subject.tokens.indices.compactMap { index in
                var tokens = subject.tokens
                guard let word = subject.elsewhere.randomElement(using: &random) else { return nil }
                tokens[index] = word
                return join(tokens)
            }
        },
        Mutation(name: "neighbours swapped") { subject, _ in
            subject.tokens.indices.dropLast().map { index in
                var tokens = subject.tokens
                tokens.swapAt(index, index + 1)
                return join(tokens)
            }
        },
        Mutation(name: "two words swapped") { subject, random in
            (0..<4).compactMap { _ in
                var tokens = subject.tokens
                guard let left = tokens.indices.randomElement(using: &random),
                    let right = tokens.indices.randomElement(using: &random)
                else { return nil }
                tokens.swapAt(left, right)
                return join(tokens)
            }
        },
        Mutation(name: "clauses swapped") { subject, _ in
            [", ", " and ", " then ", " if ", " or ", " when ", "; ", "，", "、", "或"].compactMap { separator in
                let clauses = subject.remedy.trimmed.components(by: separator)
                return clauses.count == 2 ? clauses.reversed().joined(separator: separator) : nil
            }
        },
        Mutation(name: "clause dropped") { subject, _ in
            [", ", " and ", " then ", " if ", " when ", "，", "且"].flatMap { separator in
                let clauses = subject.remedy.trimmed.components(by: separator)
                return clauses.count == 2 ? clauses : []
            }
        },
        Mutation(name: "halves of two remedies joined") { subject, _ in
            subject.others.flatMap { other in
                let (left, right) = (subject.tokens, tokens(other))
                return [join(Array(left.prefix(left.count / 2) + right.suffix(right.count / 2)))]
            }
        },
        Mutation(name: "something added") { subject, _ in
            [
                "\(subject.remedy.trimmed) and bridge switch S1.", "\(subject.remedy.trimmed) Then open the guard.",
                "Open the guard. \(subject.remedy)", "\(subject.remedy.trimmed)，並打開護罩。", "打開護罩，\(subject.remedy)",
                "\(subject.remedy.trimmed)?",
            ]
        },
        Mutation(name: "comma moved") { subject, random in
            [",", "，"].compactMap { comma -> String? in
                guard let at = subject.remedy.firstIndex(where: { String($0) == comma }) else { return nil }
                var text = subject.remedy
                text.remove(at: at)
                var tokens = tokens(text)
                tokens.insert(comma, at: Int.random(in: 1..<tokens.count, using: &random))
                return join(tokens).replacing(" ,", with: ",")
            }
        },
    ]
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }

    fileprivate var trimmed: String { String(reversed().drop { ".。;；".contains($0) }.reversed()) }

    fileprivate func components(by separator: String) -> [String] { split(separator: separator).map(String.init) }
}
