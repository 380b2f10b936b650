import Domain
import Foundation

/// Colours for people: only on a terminal, and never when `NO_COLOR` is set (no-color.org).
public struct Style: Sendable {
    /// What a part of a text is, with the parameters of its mark (ECMA-48, SGR).
    public enum Role: String, Sendable, CaseIterable {
        case heading = "1"
        case danger = "1;31"
        case warning = "33"
        case faint = "2"
        case good = "32"
        case match = "1;4"
    }

    public let isColored: Bool

    public init(isColored: Bool) { self.isColored = isColored }

    /// The style for a file descriptor, by what it is connected to.
    public static func forDescriptor(
        _ descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Style {
        let refuses = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        return Style(isColored: isatty(descriptor) == 1 && !refuses)
    }

    public func callAsFunction(_ text: String, _ role: Role) -> String {
        guard isColored else { return text }
        return "\u{1B}[\(role.rawValue)m\(PrintableText.line(text))\u{1B}[0m"
    }

    /// One line as it may go to the terminal: only this style's own marks still steer it.
    public func printable(_ line: String) -> String {
        guard isColored else { return PrintableText.line(line) }
        var result = ""
        var rest = line.unicodeScalars[...]
        while let escape = rest.firstIndex(of: "\u{1B}") {
            result += PrintableText.line(String(rest[..<escape]))
            rest = rest[escape...]
            if let mark = Self.marks.first(where: { rest.starts(with: $0.unicodeScalars) }) {
                result += mark
                rest = rest.dropFirst(mark.unicodeScalars.count)
            } else {
                result += PrintableText.line(String(rest.removeFirst()))
            }
        }
        return result + PrintableText.line(String(rest))
    }

    private static let marks = (Role.allCases.map(\.rawValue) + ["0"]).map { "\u{1B}[\($0)m" }
}

/// What a terminal shows at once.
public enum TerminalSize {
    /// Columns of the terminal behind a descriptor; 80 where it is none.
    public static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
