/// Recalls which messages of a source stand newest in the journal.
///
/// After a restart a source uses it to recognise what its peer sends again: MQTT messages that were committed but not
/// acknowledged, a fault register that still holds the fault it held before.
public protocol IdempotencyKeyRecall: Sendable {
    /// The idempotency keys that start with `prefix`, of the newest events, newest first, at most `limit`.
    ///
    /// Blocks; sources call it from their own thread, once after each start.
    func newestIdempotencyKeys(prefix: String, limit: Int) throws -> [String]

    /// Whether an event with this key is kept; blocks for one look-up in an index.
    func holds(idempotencyKey: String) throws -> Bool
}
