/// Whoever wants to know that the journal grew.
struct AppendListeners {
    private var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
    private var nextID = 0

    mutating func add(_ continuation: AsyncStream<Void>.Continuation) -> Int {
        defer { nextID += 1 }
        continuations[nextID] = continuation
        return nextID
    }

    mutating func remove(_ id: Int) { continuations[id] = nil }

    func notify() { continuations.values.forEach { $0.yield() } }
}

extension EventJournal {
    /// An element after this journal object has appended events or acknowledgements, several appends folded into one
    /// while nobody reads, and one element at once for what was there before. Appends of other processes do not show.
    public func appends() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = listeners.withLock { $0.add(continuation) }
        continuation.onTermination = { [weak self] _ in self?.listeners.withLock { $0.remove(id) } }
        continuation.yield()
        return stream
    }

    func announceAppend() { listeners.withLock { $0.notify() } }
}
