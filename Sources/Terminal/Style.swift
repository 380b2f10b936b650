import Foundation

/// Colours for people: only on a terminal, and never when `NO_COLOR` is set (no-color.org).
public struct Style: Sendable {
    public enum Role: Sendable { case heading, danger, warning, faint, good, match }

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
        let code =
            switch role {
            case .heading: "1"
            case .danger: "1;31"
            case .warning: "33"
            case .faint: "2"
            case .good: "32"
            case .match: "1;4"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
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
