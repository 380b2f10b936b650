import Domain
import TestSupport

extension Mutation {
    // MARK: Figures

    static let figures: [Mutation] = [
        Mutation(name: "digit changed") { subject, random in
            numbers(in: subject.remedy) { number in
                let changed = number.dropLast() + String((number.last?.wholeNumberValue ?? 0) + 1).suffix(1)
                return [String(changed), number + String(Int.random(in: 0...9, using: &random)), "1" + number]
            }
        },
        Mutation(name: "decimal point moved") { subject, _ in
            let moved = numbers(in: subject.remedy) { ["\($0).5", "0.\($0)", "\($0),5", "\($0)0"] }
            return moved + replacing(".", by: "", in: subject.remedy)
        },
        Mutation(name: "sign changed") { subject, _ in
            let text = subject.remedy
            let added = numbers(in: text) { ["-\($0)", "±\($0)", "<\($0)", "≥ \($0)", "≠ \($0)"] }
            let lost = ["±", "≥", "≤", "-", "−", "≠"].flatMap { replacing($0, by: " ", in: text) }
            let weakened = replacing("≠", by: "=", in: text) + replacing("≤", by: "<", in: text)
            return added + lost + weakened
        },
        Mutation(name: "numbers swapped") { subject, _ in
            let ranges = subject.remedy.ranges(of: /[0-9]+(\.[0-9]+)?/)
            return zip(ranges, ranges.dropFirst()).map { left, right in
                let text = subject.remedy
                let between = text[left.upperBound..<right.lowerBound]
                return text.replacingCharacters(
                    in: left.lowerBound..<right.upperBound, with: "\(text[right])\(between)\(text[left])")
            }
        },
        Mutation(name: "number of another remedy") { subject, random in
            let foreign = subject.others.flatMap { other in other.ranges(of: /[0-9]+/).map { String(other[$0]) } }
            return numbers(in: subject.remedy) { _ in foreign.randomElement(using: &random).map { [$0] } ?? [] }
        },
        .exchanging(
            "unit changed",
            [
                ("mΩ", "MΩ"), ("mA", "MA"), ("MPa", "kPa"), ("MPa", "mPa"), ("mm", "cm"), ("s", "minutes"),
                ("minutes", "seconds"), ("°C", "°F"), ("V DC", "V AC"), ("Nm", "in-lb"), ("ft-lb", "in-lb"),
                ("bar", "mbar"), ("A", "mA"), ("V", "kV"), ("Ω", "kΩ"), ("m/s", "mm/s"), ("m/s²", "m/s"), ("kN", "N"),
                ("分鐘", "秒"), ("小時", "分鐘"), ("天", "小時"), ("℃", "℉"), ("次", "圈"), ("\"", "'"), ("″", "′"), ("%", "‰"),
                ("h", "min"), ("g", "kg"), ("mL", "ML"), ("rpm", "Hz"), ("L/min", "L/h"),
            ]),
        .dropping(
            "unit dropped",
            [
                " MPa", " mm", " s", " minutes", " °C", " V DC", " Nm", " bar", " A", " Ω", " kN", " ft-lb", "秒", "分鐘",
                "\"", " %", "次", " ℃", " L/min",
            ]),
        Mutation(name: "number word changed") { subject, _ in
            let words = ["sixteen", "twenty-six", "thirty-seven", "one hundred and two", "ninety", "二十六", "一百零二", "四十"]
            let values = ["16", "26", "37", "102", "90", "26", "102", "40"]
            let exchanged = [("twenty-five", "twenty-four"), ("twenty-five", "twenty"), ("二十五", "二十"), ("二十五", "五")]
            let other = numbers(in: subject.remedy) { number in
                zip(words, values).filter { $0.1 != number }.map(\.0)
            }
            return other + exchanged.flatMap { replacing($0.0, by: $0.1, in: subject.remedy) }
        },
        Mutation(name: "foreign digits") { subject, _ in
            numbers(in: subject.remedy) { number in
                let digits = number.compactMap(\.wholeNumberValue)
                let foreign = [0x660, 0x6F0, 0x966, 0x2080].map { zero in
                    String(String.UnicodeScalarView(digits.compactMap { UnicodeScalar(zero + ($0 + 1) % 10) }))
                }
                return foreign + ["\(number)²", "\(number)⁵", "\(number)½", "③"]
            }
        },
        Mutation(name: "range ends swapped or dropped") { subject, _ in
            subject.remedy.ranges(of: /([0-9.]+)( ?(?:to|–|-|至|~) ?)([0-9.]*[0-9])/).flatMap { range in
                let text = subject.remedy
                guard let match = text[range].wholeMatch(of: /([0-9.]+)( ?(?:to|–|-|至|~) ?)([0-9.]*[0-9])/) else {
                    return [String]()
                }
                let changed = [
                    "\(match.3)\(match.2)\(match.1)", String(match.1), String(match.3), "\(match.1) or \(match.3)",
                ]
                return changed.map { text.replacingCharacters(in: range, with: $0) }
            }
        },
    ]

    // MARK: Letters

    static let letters: [Mutation] = [
        Mutation(name: "name of another remedy") { subject, random in
            let isName: (String) -> Bool = { token in
                token.contains(where: \.isNumber) && token.contains { $0.isASCII && $0.isUppercase }
            }
            let foreign = subject.elsewhere.filter(isName)
            return subject.tokens.indices.filter { isName(subject.tokens[$0]) }.compactMap { index in
                var tokens = subject.tokens
                guard let name = foreign.randomElement(using: &random) else { return nil }
                tokens[index] = name
                return join(tokens)
            }
        },
        Mutation(name: "name's case changed") { subject, _ in
            subject.remedy.ranges(of: /[A-Z]+-?[0-9]+/).map { range in
                subject.remedy.replacingCharacters(in: range, with: subject.remedy[range].lowercased())
            }
        },
        Mutation(name: "letters of another script") { subject, _ in
            [("a", "а"), ("e", "е"), ("o", "о"), ("c", "с"), ("A", "Α"), ("S", "Ѕ"), ("H", "Η")].flatMap {
                latin, other in
                subject.remedy.ranges(of: latin).prefix(3).map { range in
                    subject.remedy.replacingCharacters(in: range, with: other)
                }
            }
        },
        Mutation(name: "a Chinese character slipped in") { subject, random in
            ["設", "為", "不", "設為", "設為s"].map { slip in
                var characters = Array(subject.remedy)
                characters.insert(contentsOf: slip, at: Int.random(in: 0...characters.count, using: &random))
                return String(characters)
            }
        },
        Mutation(name: "a character slipped in and the words changed") { subject, random in
            subject.tokens.indices.dropLast().compactMap { index in
                var tokens = subject.tokens
                tokens.remove(at: index)
                tokens.insert("設", at: Int.random(in: 0...tokens.count, using: &random))
                // With names alone beside the character it is a Chinese sentence: 設RETRY.
                return tokens.contains { $0.allSatisfy { $0.isASCII && $0.isLowercase } } ? join(tokens) : nil
            }
        },
        Mutation(name: "letter changed") { subject, random in
            subject.tokens.indices.compactMap { index in
                var tokens = subject.tokens
                var letters = Array(tokens[index])
                guard
                    let at = letters.indices.filter({ letters[$0].isLetter && letters[$0].isASCII }).randomElement(
                        using: &random)
                else { return nil }
                letters[at] = letters[at] == "x" ? "q" : "x"
                tokens[index] = String(letters)
                return join(tokens)
            }
        },
    ]
}
