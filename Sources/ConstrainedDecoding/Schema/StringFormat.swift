/// A `format` of strings that is held to exactly.
enum StringFormat: String, Sendable, CaseIterable {
    /// RFC 3339 `full-date`, years 0001 to 9999, with the days that each month has.
    case date
    /// RFC 3339 `full-time` with an offset, up to nine digits of a second, no leap seconds.
    case time
    /// RFC 3339 `date-time`: ``date``, `T`, ``time``.
    case dateTime = "date-time"
    /// RFC 4122 in its written form, digits of either case.
    case uuid

    /// The pattern of a whole text in this format.
    var pattern: String {
        switch self {
        case .date: Self.datePattern
        case .time: Self.timePattern
        case .dateTime: "(?:\(Self.datePattern))T(?:\(Self.timePattern))"
        case .uuid: "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
        }
    }

    /// The automaton of the format's strings, made once.
    var automaton: ByteAutomaton {
        switch self {
        case .date: Self.dateAutomaton
        case .time: Self.timeAutomaton
        case .dateTime: Self.dateTimeAutomaton
        case .uuid: Self.uuidAutomaton
        }
    }

    private static let dateAutomaton = make(.date)
    private static let timeAutomaton = make(.time)
    private static let dateTimeAutomaton = make(.dateTime)
    private static let uuidAutomaton = make(.uuid)

    private static func make(_ format: StringFormat) -> ByteAutomaton {
        guard let regex = try? RegexParser.parse(format.pattern),
            let automaton = try? PatternAutomaton.automaton(regex, .quoted(isPlain: true))
        else { preconditionFailure("the pattern of \(format.rawValue) is in this file") }
        return automaton
    }

    private static let datePattern: String = {
        let year = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
        // Divisible by 4 and not by 100, or by 400.
        let fourth = "(?:0[48]|[2468][048]|[13579][26])"
        let leapYear = "(?:[0-9]{2}\(fourth)|\(fourth)00)"
        let day30 = "(?:0[1-9]|[12][0-9]|30)"
        let monthDay = "(?:(?:0[13578]|1[02])-(?:\(day30)|31)|(?:0[469]|11)-\(day30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
        return "\(year)-\(monthDay)|\(leapYear)-02-29"
    }()

    private static let timePattern: String = {
        let hourMinute = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
        return "\(hourMinute):[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-]\(hourMinute))"
    }()
}
