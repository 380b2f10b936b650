import Foundation

/// How a spreadsheet shows a number: what matters for codes (leading zeros, a prefix) and for dates.
///
/// Source of the format codes and built-in numbers: ECMA-376 part 1, sections 18.8.30 and 18.8.31.
enum CellFormat: Hashable {
    case general
    /// `"F"000`: a text before at least so many digits.
    case padded(prefix: String, digits: Int)
    case date
    case percent

    private static let builtInDates: Set<Int> = [
        14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58,
    ]

    init(number: Int, code: String?) {
        if Self.builtInDates.contains(number) {
            self = .date
        } else if number == 9 || number == 10 {
            self = .percent
        } else if let code {
            self.init(code: code)
        } else {
            self = .general
        }
    }

    init(code: String) {
        // Of several sections the first is for positive numbers.
        var literal = ""
        var pattern = ""
        var isQuoted = false
        var isEscaped = false
        var isBracketed = false
        for character in code.prefix(while: { $0 != ";" }) {
            if isEscaped {
                if pattern.isEmpty { literal.append(character) }
                isEscaped = false
            } else if character == "\"" {
                isQuoted.toggle()
            } else if isQuoted {
                if pattern.isEmpty { literal.append(character) }
            } else if character == "\\" {
                isEscaped = true
            } else if character == "[" || isBracketed {
                isBracketed = character != "]"
            } else {
                pattern.append(character)
            }
        }
        let lowered = pattern.lowercased()
        if lowered.contains("y") && (lowered.contains("m") || lowered.contains("d")) {
            self = .date
        } else if pattern.hasSuffix("%") {
            self = .percent
        } else if !pattern.isEmpty, pattern.allSatisfy({ $0 == "0" }), pattern.count > 1 || !literal.isEmpty {
            self = .padded(prefix: literal, digits: pattern.count)
        } else {
            self = .general
        }
    }

    /// The number as the sheet shows it; dates as `2026-03-01`.
    ///
    /// - Parameter has1904Dates: the workbook counts days from 1904 instead of 1900.
    func text(of number: Double, has1904Dates: Bool) -> String {
        switch self {
        case .general: return Self.plain(number)
        case .percent: return Self.plain((number * 100 * 1e9).rounded() / 1e9) + "%"
        case .padded(let prefix, let digits):
            guard number >= 0, number < 1e15 else { return Self.plain(number) }
            let whole = String(Int(number.rounded()))
            return prefix + String(repeating: "0", count: max(0, digits - whole.count)) + whole
        case .date:
            // Day 60 of the 1900 system is a day that never was (29 February 1900).
            let days = has1904Dates ? number + 1462 : number
            guard days >= 61, days < 2_958_466 else { return Self.plain(number) }
            let date = Date(timeIntervalSince1970: (days - 25_569) * 86_400)
            return date.formatted(.iso8601.year().month().day())
        }
    }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
    }
}
