import Foundation
import Synchronization
import VulkanCompute

/// What comes of a request while it is worked on.
public enum GenerationEvent: Sendable {
    /// A token of the text, as it is chosen.
    case token(Int32)
    /// The text is done; nothing follows.
    case finished(GenerationResult)
}

/// Answers many requests at once with one model, on a thread of its own, so that no wait for the device ever holds up
/// the shared pool.
///
/// Up to ``LanguageModel/mostTexts`` texts are continued together, a token each in a step; a text comes out the same,
/// token for token, whatever goes on beside it. More urgent requests go first, equals in the order of arrival; a request
/// that finds no slot or no room in the cache takes it from one of lower priority, which waits and is later continued
/// with the tokens that it had. A request beyond the queue's limit is refused with `.busy`: the caller decides whether
/// to come again.
///
/// If the device fails, the model is loaded anew, once, and every text continued with the tokens that it had; the callers
/// see a delay. If it fails again within a minute, or loading fails, all requests fail, and so do later ones.
public final class Scheduler: Sendable {
    /// How a scheduler works.
    public struct Options: Sendable {
        /// Requests that are taken at most before the first of them is done: under way and waiting.
        public var requestLimit: Int
        /// Told of every failure of the device, on the scheduler's thread.
        public var onDeviceFault: @Sendable (ModelError) -> Void

        public init(requestLimit: Int = 64, onDeviceFault: @escaping @Sendable (ModelError) -> Void = { _ in }) {
            self.requestLimit = requestLimit
            self.onDeviceFault = onDeviceFault
        }
    }

    /// What goes on, as of the last step.
    public struct Statistics: Sendable, Equatable {
        /// Texts that have a place in the cache.
        public var running = 0
        /// Texts that wait for one.
        public var waiting = 0
        /// Blocks of the cache that texts use, shared ones counted once.
        public var usedBlocks = 0
        /// All blocks of the cache.
        public var blocks = 0
    }

    /// What the model is made of.
    public let shape: ModelShape
    /// What it takes of the device's memory.
    public let memory: MemoryPlan
    /// The device that it runs on.
    public let device: DeviceDescription
    private let options: Options
    private let mailbox: SchedulerMailbox
    /// The thread, until it has freed the model.
    private let thread = DispatchGroup()

    typealias Facts = (shape: ModelShape, memory: MemoryPlan, device: DeviceDescription)

    /// Loads a model on the scheduler's thread and waits for it; this may take long, so not for the shared pool.
    ///
    /// - Parameter load: makes the model, and makes it anew after the device failed.
    /// - Throws: what `load` throws.
    public init(options: Options = Options(), load: @escaping @Sendable () throws -> LanguageModel) throws {
        self.options = options
        let mailbox = SchedulerMailbox()
        let loop = SchedulerLoop(mailbox: mailbox, load: load, onDeviceFault: options.onDeviceFault)
        let outcome = LoadOutcome()
        thread.enter()
        let inference = Thread { [thread] in
            loop.run { outcome.set($0) }
            thread.leave()
        }
        inference.name = "inference"
        inference.stackSize = 8 << 20
        inference.qualityOfService = .userInitiated
        inference.start()
        (shape, memory, device) = try outcome.wait()
        self.mailbox = mailbox
    }

    /// Waits for the step under way and for the model to be freed: a process that ends meanwhile would take the driver's
    /// library from under the thread.
    deinit {
        mailbox.stop()
        thread.wait()
    }

    /// Asks for a text.
    ///
    /// Whoever stops reading the stream, by dropping it or by cancelling the task that reads, ends the request, and its
    /// blocks are free before the next step.
    ///
    /// - Returns: the tokens as they are chosen, and the result at the end. The stream throws ``ModelError`` if the request
    ///   fails on the way, or what its constraint throws.
    /// - Throws: ``ModelError`` before any work is done: `.invalidRequest`, `.contextOverflow`, `.busy`, or `.device` after
    ///   the device failed for good.
    public func submit(
        _ request: GenerationRequest, priority: GenerationPriority = .normal
    ) throws(ModelError) -> AsyncThrowingStream<GenerationEvent, any Error> {
        try LanguageModel.check(request, shape: shape)
        return try mailbox.submit(request, priority, limit: options.requestLimit)
    }

    /// Asks for a text and waits for all of it.
    ///
    /// - Throws: as ``submit(_:priority:)`` and its stream, and `CancellationError`.
    public func generate(
        _ request: GenerationRequest, priority: GenerationPriority = .normal
    ) async throws -> GenerationResult {
        for try await event in try submit(request, priority: priority) {
            if case .finished(let result) = event { return result }
        }
        throw CancellationError()
    }

    /// What goes on, as of the last step.
    public var statistics: Statistics { mailbox.statistics }

    /// What became of loading, for the thread that waits for it.
    private final class LoadOutcome: Sendable {
        private let facts = Mutex<Result<Facts, any Error>?>(nil)
        private let isSet = DispatchSemaphore(value: 0)

        func set(_ result: Result<Facts, any Error>) {
            facts.withLock { $0 = result }
            isSet.signal()
        }

        func wait() throws -> Facts {
            isSet.wait()
            guard let result = facts.withLock({ $0 }) else {
                throw ModelError(.stopped, "the thread of the model gave no outcome")
            }
            return try result.get()
        }
    }
}
