import Dispatch
import Foundation
import Testing

/// The `andon` that was built beside the tests.
enum BuiltExecutable {
    static func path() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("andon").path
        try #require(FileManager.default.isExecutableFile(atPath: path), "\(path) is not built")
        return path
    }

    typealias Outcome = (status: Int32, output: String, errors: String)

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - program: another one that is to start it, `andon` itself where none is given.
    ///   - input: the file that is its stdin.
    static func run(
        _ arguments: [String], program: String? = nil, environment: [String: String] = [:], input: String = "/dev/null"
    ) async throws -> Outcome {
        try await offPool { try runBlocking(arguments, program: program, environment: environment, input: input) }
    }

    private static func runBlocking(
        _ arguments: [String], program: String?, environment: [String: String], input: String
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try program ?? path())
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
        process.standardOutput = output
        process.standardError = errors
        // Read while it runs: a full pipe would stop it.
        let collected = Collected()
        errors.fileHandleForReading.readabilityHandler = { collected.append($0.availableData) }
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        errors.fileHandleForReading.readabilityHandler = nil
        collected.append(errors.fileHandleForReading.readDataToEndOfFile())
        return (process.terminationStatus, String(decoding: text, as: UTF8.self), collected.text)
    }
}

/// Bytes gathered from a callback.
private final class Collected: @unchecked Sendable {
    // Every access holds the lock.
    private let lock = NSLock()
    private var data = Data()

    func append(_ more: Data) { lock.withLock { data.append(more) } }
    var text: String { lock.withLock { String(decoding: data, as: UTF8.self) } }
}

/// Does what blocks on a thread of its own: the shared pool may have two, and other tests compute on them for seconds.
func offPool<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: .init(catching: body)) }
    }
}

/// Waits for a condition, and fails the test when it does not come about in time.
func eventually(
    within limit: Duration = .seconds(240), _ what: String, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        try #require(ContinuousClock.now < deadline, "waited \(limit) for: \(what)")
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A directory that goes with the test.
final class TemporaryDirectory: Sendable {
    let url: URL

    /// - Parameter inMemory: where the system offers that: for many small transactions, which a busy disk makes slow.
    init(inMemory: Bool = false) throws {
        let memory = URL(fileURLWithPath: "/dev/shm")
        let parent =
            inMemory && FileManager.default.isWritableFile(atPath: memory.path)
            ? memory : FileManager.default.temporaryDirectory
        url = parent.appendingPathComponent("andon-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
