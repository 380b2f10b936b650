import Foundation

/// The value of one metric in a message.
struct SparkplugReading: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case number(Int64)
        case fraction(Double)
        case flag(Bool)
        case text(String)

        /// Whether an alarm with this value is there.
        func isOn(offTexts: Set<String>) -> Bool {
            switch self {
            case .number(let number): number != 0
            case .fraction(let fraction): fraction != 0
            case .flag(let flag): flag
            case .text(let text): !offTexts.union(["", "0", "false"]).contains(text.lowercased())
            }
        }
    }

    let name: String
    /// Nil where the edge node has none, or one that is no single value.
    let value: Value?
    let time: Date?
    /// Of a time without connection; says nothing of now.
    let isHistorical: Bool

    /// - Parameters:
    ///   - datatype: of the metric's birth; data may leave it out.
    ///   - sent: the message's own time, milliseconds since 1970.
    init(_ metric: SparkplugPayload.Metric, name: String, datatype: UInt32, sent: UInt64?) {
        self.name = name
        value = metric.isNull ? nil : metric.value.map { Value($0, datatype: datatype) }
        let milliseconds = metric.hasTimestamp ? metric.timestamp : sent
        time = milliseconds.map { Date(timeIntervalSince1970: Double($0) / 1000) }
        isHistorical = metric.isHistorical
    }
}

extension SparkplugReading.Value {
    /// Numbers of the specification's table of data types (3.0.0, chapter 6.4.16).
    private enum Signed: UInt32 { case int8 = 1, int16, int32, int64 }

    fileprivate init(_ value: SparkplugPayload.Metric.OneOf_Value, datatype: UInt32) {
        switch value {
        case .intValue(let bits):
            switch Signed(rawValue: datatype) {
            case .int8: self = .number(Int64(Int8(truncatingIfNeeded: bits)))
            case .int16: self = .number(Int64(Int16(truncatingIfNeeded: bits)))
            case .int32: self = .number(Int64(Int32(truncatingIfNeeded: bits)))
            default: self = .number(Int64(bits))
            }
        case .longValue(let bits):
            if Signed(rawValue: datatype) == .int64 {
                self = .number(Int64(bitPattern: bits))
            } else {
                self = Int64(exactly: bits).map { .number($0) } ?? .fraction(Double(bits))
            }
        case .floatValue(let fraction): self.init(Double(fraction))
        case .doubleValue(let fraction): self.init(fraction)
        case .booleanValue(let flag): self = .flag(flag)
        case .stringValue(let text): self = .text(text)
        }
    }

    private init(_ fraction: Double) {
        self = Int64(exactly: fraction).map { .number($0) } ?? .fraction(fraction)
    }
}
