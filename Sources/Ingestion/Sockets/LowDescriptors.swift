import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps file descriptors for libmodbus, which waits with `select(2)`: a descriptor of ``limit`` or more does not fit its set,
/// and glibc aborts the process.
///
/// Taken when the program starts, while low ones are free. What stands at a kept descriptor is replaced in one step, so that
/// no other thread ever gets it.
final class LowDescriptors: Sendable {
    /// `FD_SETSIZE`.
    static let limit: Int32 = 1024

    struct Exhausted: Error, Sendable, Hashable, CustomStringConvertible {
        let description: String
    }

    private struct State {
        /// Each holds ``null`` meanwhile.
        var free: [Int32] = []
        var kept: Set<Int32> = []
    }

    private let null: Int32
    private let limit: Int32
    private let state = Mutex(State())

    /// - Parameter count: how many may be in use at once; fewer are kept where fewer are left.
    init(count: Int, limit: Int32 = LowDescriptors.limit) {
        self.limit = limit
        null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        for _ in 0..<count {
            let descriptor = fcntl(null, F_DUPFD_CLOEXEC, 3)
            guard descriptor >= 0, descriptor < limit else {
                if descriptor >= 0 { close(descriptor) }
                break
            }
            state.withLock { state in
                state.free.append(descriptor)
                state.kept.insert(descriptor)
            }
        }
    }

    /// Whoever uses one holds this object too, so that all are free by now.
    deinit {
        for descriptor in state.withLock({ $0.kept }) + [null] where descriptor >= 0 { close(descriptor) }
    }

    /// - Returns: a second descriptor of the same file, below ``limit``; ``release(_:)`` ends it.
    func copy(_ descriptor: Int32) throws(Exhausted) -> Int32 {
        if let low = state.withLock({ $0.free.popLast() }) {
            guard LowDescriptors.put(descriptor, at: low) else {
                let number = errno
                release(low)
                throw Exhausted(description: SystemFailure(number: number).text)
            }
            return low
        }
        let low = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard low >= 0 else { throw Exhausted(description: SystemFailure(number: errno).text) }
        guard low < limit else {
            close(low)
            throw Exhausted(
                description:
                    "no file descriptor below \(limit) is left for Modbus; look at who holds so many "
                    + "connections, and restart andon serve")
        }
        return low
    }

    /// The same, and closes the descriptor that it was, whatever comes of it.
    func adopt(_ descriptor: Int32) throws(Exhausted) -> Int32 {
        defer { close(descriptor) }
        return try copy(descriptor)
    }

    /// Replaces what stands there in one step.
    private static func put(_ descriptor: Int32, at low: Int32) -> Bool {
        dup2(descriptor, low) == low && fcntl(low, F_SETFD, FD_CLOEXEC) == 0
    }

    func release(_ low: Int32) {
        guard state.withLock({ $0.kept.contains(low) }) else {
            close(low)
            return
        }
        _ = LowDescriptors.put(null, at: low)
        state.withLock { $0.free.append(low) }
    }
}
