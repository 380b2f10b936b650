import Domain
import Logging

/// Tells the log of what could not be read: once a minute for each place, with how many it left out meanwhile.
struct UnreadableLog: Sendable {
    /// Places that are told apart; a gateway that makes up topics shares one line.
    private static let placesLimit = 256

    private let logger: Logger
    private var places: [Event.Source?: MinuteLimit] = [:]
    private(set) var total = 0

    init(_ logger: Logger) { self.logger = logger }

    /// - Parameter event: any; one that was read is none of this.
    mutating func note(_ event: Event, nowNs: Int64) {
        guard case .unparseable(let reason) = event.content else { return }
        total += 1
        let isKnown = places[event.source] != nil || places.count < UnreadableLog.placesLimit
        let source: Event.Source? = isKnown ? event.source : nil
        var limit = places[source] ?? MinuteLimit()
        defer { places[source] = limit }
        guard limit.isDue(nowNs: nowNs) else { return limit.leaveOut() }
        logger.warning(
            "a message could not be read; andon event list --unreadable shows it",
            metadata: [
                "from": "\(PrintableText.line(event.source.place))", "machine": "\(event.machine?.rawValue ?? "-")",
                "reason": "\(PrintableText.line(reason))", "left_out": "\(limit.leftOut)",
            ])
        limit.pass(nowNs: nowNs)
    }
}
