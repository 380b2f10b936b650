import Foundation
import Testing

/// A run of the program that appends numbered events and prints each number once its event is durable.
struct CrashTool {
    private let process = Process()
    private let output = Pipe()
    private let complaints = Pipe()

    /// The program lies beside the test bundle.
    private static func executable() -> URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("journal-crash-tool")
    }

    /// - Parameters:
    ///   - exports: approves answers too, and lets what is over go to exports in this folder.
    ///   - fileSizeLimitKiB: makes writes behind it fail as on a failing disk (`EFBIG`).
    init(path: String, first: Int, last: Int, exports: URL? = nil, fileSizeLimitKiB: Int? = nil) throws {
        let tool = CrashTool.executable()
        let arguments = [path, "\(first)", "\(last)"] + (exports.map { [$0.path] } ?? [])
        if let fileSizeLimitKiB {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            let script = "trap '' XFSZ; ulimit -f \(fileSizeLimitKiB); exec \"$0\" \"$@\""
            process.arguments = ["-c", script, tool.path] + arguments
        } else {
            process.executableURL = tool
            process.arguments = arguments
        }
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
    }

    /// - Returns: the last number that came out; nil when none did.
    func killed(afterLines lines: Int) throws -> Int? {
        var bytes = Data()
        while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
            guard let more = try output.fileHandleForReading.read(upToCount: 64), !more.isEmpty else { break }
            bytes.append(more)
        }
        kill(process.processIdentifier, SIGKILL)
        return try lastNumber(after: bytes)
    }

    /// - Parameter moment: tells, asked again and again, that it is time for the kill.
    func killed(when moment: () -> Bool) throws {
        while !moment(), process.isRunning { sched_yield() }
        kill(process.processIdentifier, SIGKILL)
        _ = try lastNumber(after: Data())
    }

    /// Waits for the end of the run.
    ///
    /// - Returns: the last number that came out, and what the tool complained of.
    func finished() throws -> (last: Int?, complaint: String) {
        let last = try lastNumber(after: Data())
        let complaint = try complaints.fileHandleForReading.readToEnd() ?? Data()
        return (last, String(decoding: complaint, as: UTF8.self))
    }

    private func lastNumber(after bytes: Data) throws -> Int? {
        let rest = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let lines = String(decoding: bytes + rest, as: UTF8.self).split(separator: "\n")
        return try lines.last.map { try #require(Int($0)) }
    }
}
