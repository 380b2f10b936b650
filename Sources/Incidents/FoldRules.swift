/// The times that decide whether a fault's return is the same occurrence.
public struct FoldRules: Sendable, Hashable {
    /// A fault that comes back within this many seconds never really went (ISA-18.2 calls it chattering).
    public var chatterWindowSeconds: Double
    /// A fault not heard of for more than this many seconds is a new occurrence when it is reported again, even if
    /// nobody closed the earlier one. Bounds what an unattended machine costs the model, and keeps a machine that
    /// never reports the end of a fault from hiding every later occurrence behind the first.
    public var newOccurrenceAfterSeconds: Double

    /// One minute is EEMUA 191's measure of chattering; eight hours is a shift, so that each crew sees its own alarm.
    public static let standard = FoldRules(chatterWindowSeconds: 60, newOccurrenceAfterSeconds: 8 * 3600)

    public init(chatterWindowSeconds: Double, newOccurrenceAfterSeconds: Double) {
        self.chatterWindowSeconds = chatterWindowSeconds
        self.newOccurrenceAfterSeconds = newOccurrenceAfterSeconds
    }
}
