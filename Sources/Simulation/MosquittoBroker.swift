import Foundation
import Synchronization

/// A private mosquitto on a free loopback port, with its sessions and messages in a temporary folder.
public final class MosquittoBroker: Sendable {
    private static let program = "/usr/sbin/mosquitto"
    private static let startTimeoutMs = 10_000
    private static let attempts = 5

    public let host = "127.0.0.1"
    public let port: UInt16
    private let options: Mutex<[String]>
    private let folder: URL
    private let child = Mutex<ChildProcess?>(nil)

    /// Starts the broker and returns when it accepts connections.
    ///
    /// - Parameter options: more lines for its configuration, such as an access list or certificates.
    /// - Throws: ``SimulationError`` with the end of the broker's log.
    public static func launch(options: [String] = []) throws -> MosquittoBroker {
        for _ in 1..<attempts {
            // Another process may take the port between the look and the start.
            if let broker = try? MosquittoBroker(port: LoopbackPort.free(), options: options) { return broker }
        }
        return try MosquittoBroker(port: LoopbackPort.free(), options: options)
    }

    private init(port: UInt16, options: [String]) throws {
        self.port = port
        self.options = Mutex(options)
        folder = FileManager.default.temporaryDirectory.appending(path: "andon-broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [
                .posixPermissions: 0o700
            ])
        do {
            try Data(configuration.utf8).write(to: configurationFile)
            try start()
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    deinit { remove() }

    private var configurationFile: URL { folder.appending(path: "mosquitto.conf") }
    private var logFile: URL { folder.appending(path: "mosquitto.log") }

    /// Anonymous clients are allowed because nothing outside this computer can reach the loopback listener. The queue has
    /// no limit: the default of 1,000 messages drops events while the appliance is down. `user` keeps a broker that is
    /// started by root from giving up its right to the folder.
    private var configuration: String {
        """
        listener \(port) \(host)
        allow_anonymous true
        user \(NSUserName())
        persistence true
        persistence_location \(folder.path)/
        autosave_interval 5
        max_queued_messages 0
        max_inflight_messages 20
        log_type warning
        log_type error
        \(options.withLock { $0 }.joined(separator: "\n"))

        """
    }

    /// Starts a stopped broker again, on the same port with the sessions and messages that it had.
    public func start() throws {
        let child = try ChildProcess(
            [MosquittoBroker.program, "-c", configurationFile.path], logFile: logFile)
        let deadline = DispatchTime.now() + .milliseconds(MosquittoBroker.startTimeoutMs)
        while !LoopbackPort.answers(port) {
            guard child.isRunning, DispatchTime.now() < deadline else {
                child.stop()
                let log = (try? String(contentsOf: logFile, encoding: .utf8))?.suffix(500) ?? ""
                throw SimulationError("mosquitto did not start on port \(port): \(log)")
            }
            usleep(10_000)
        }
        self.child.withLock { $0 = child }
    }

    /// Stops the broker; it writes sessions and messages to its folder first.
    public func stop() {
        let child = child.withLock { child in
            defer { child = nil }
            return child
        }
        child?.stop()
    }

    /// Stops the broker and starts it with other options than those of ``launch(options:)``.
    public func restart(options: [String]) throws {
        stop()
        self.options.withLock { $0 = options }
        try Data(configuration.utf8).write(to: configurationFile)
        try start()
    }

    /// Lets the broker hang, as on a computer that swaps itself to death: connections stand, nothing is answered.
    public func pause() { child.withLock { $0?.send(signal: SIGSTOP) } }

    public func resume() { child.withLock { $0?.send(signal: SIGCONT) } }

    /// Stops the broker and removes its folder.
    public func remove() {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }
}
