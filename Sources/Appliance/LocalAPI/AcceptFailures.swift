import Foundation
import Logging
import NIOCore
import Synchronization

/// Says in the log that connections to the API cannot be taken, at most once a minute; NIO itself tries again after a
/// pause and says nothing.
final class AcceptFailures: ChannelInboundHandler, Sendable {
    typealias InboundIn = Never

    private static let pause = Duration.seconds(60)

    private let logger: Logger
    private let lastSaid = Mutex<ContinuousClock.Instant?>(nil)

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let now = ContinuousClock.now
        let isNews = lastSaid.withLock { last in
            guard last.map({ $0.duration(to: now) >= Self.pause }) ?? true else { return false }
            last = now
            return true
        }
        if isNews {
            logger.error("cannot take connections to the API", metadata: ["why": "\(Self.reason(error))"])
        }
        context.fireErrorCaught(error)
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? IOError)?.errnoCode {
        case EMFILE: "EMFILE: this process has as many files and connections open as it may (LimitNOFILE)"
        case ENFILE: "ENFILE: this machine has as many files and connections open as it may (fs.file-max)"
        default: "\(error)"
        }
    }
}
