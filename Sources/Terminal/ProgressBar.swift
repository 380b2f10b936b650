import Foundation
import Synchronization

/// A bar on stderr for work that takes over a second; silent where stderr is no terminal.
public final class ProgressBar: Sendable {
    private let label: String
    private let isShown: Bool
    private let columns: Int
    private let lastDrawn = Mutex<Int?>(nil)

    public init(_ label: String, descriptor: Int32 = STDERR_FILENO) {
        self.label = label
        isShown = isatty(descriptor) == 1
        columns = TerminalSize.columns(of: descriptor)
    }

    /// - Parameter fraction: 0…1 of the work done.
    public func update(_ fraction: Double) {
        guard isShown else { return }
        let percent = Int((min(max(fraction, 0), 1) * 100).rounded())
        let isNew = lastDrawn.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard isNew else { return }
        let cells = max(10, min(30, columns - DisplayWidth.cells(of: label) - 10))
        let filled = cells * percent / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
        write("\r\(label) \(bar) \(percent)%")
    }

    /// Clears the bar's line, so that what follows starts clean.
    public func finish() {
        guard isShown, lastDrawn.withLock({ $0 }) != nil else { return }
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        // A bar that nobody sees any more is no reason to stop the work.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
