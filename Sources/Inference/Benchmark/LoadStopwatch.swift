import Synchronization

/// How fast weights come from a file to a device: hand ``report(_:)`` to the load as its progress.
public final class LoadStopwatch: Sendable {
    private let start = ContinuousClock.now
    private let last = Mutex((bytes: 0, ms: 0.0))

    /// Starts to count.
    public init() {}

    /// Takes notice of how far the load is.
    public func report(_ progress: LoadProgress) {
        let elapsed = start.duration(to: .now).milliseconds
        last.withLock { $0 = (progress.loadedBytes, elapsed) }
    }

    /// Bytes of weights a second, from the start to the last report; 0 before there was one.
    ///
    /// Where the file lies in the system's page cache, as after a copy, this is not the disk's speed.
    public var bytesPerSecond: Double {
        last.withLock { $0.ms > 0 ? Double($0.bytes) / $0.ms * 1e3 : 0 }
    }
}
