import Foundation

/// The machine's own memory, which is also what a CPU driver's device has.
enum SystemMemory {
    /// What may be allocated now without swapping, as Linux estimates it; `nil` where it does not tell.
    static func availableBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
        return availableBytes(in: text)
    }

    /// - Parameter text: of `/proc/meminfo`; see proc(5).
    static func availableBytes(in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count == 3, fields[2] == "kB", let count = Int(fields[1]), count >= 0, count < 1 << 50 else {
                return nil
            }
            return count << 10
        }
        return nil
    }
}
