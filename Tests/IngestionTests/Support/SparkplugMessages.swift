import Domain
import Foundation

@testable import Ingestion

/// Payloads as an edge node makes them, numbered from 0 to 255.
struct SparkplugMessages {
    typealias Metric = SparkplugPayload.Metric

    private var number: UInt64 = 255

    mutating func payload(_ metrics: [Metric]) -> SparkplugPayload {
        number = (number + 1) % 256
        var payload = SparkplugPayload()
        payload.timestamp = 1_772_352_930_000
        payload.seq = number
        payload.metrics = metrics
        return payload
    }

    /// As if one were sent and lost on the way.
    mutating func skip() { number = (number + 1) % 256 }

    mutating func restart() { number = 255 }

    static func metric(
        _ name: String? = nil, alias: UInt64? = nil, _ value: Metric.OneOf_Value?, type: UInt32? = nil,
        isHistorical: Bool = false
    ) -> Metric {
        var metric = Metric()
        if let name { metric.name = name }
        if let alias { metric.alias = alias }
        if let type { metric.datatype = type }
        if isHistorical { metric.isHistorical = true }
        if let value { metric.value = value } else { metric.isNull = true }
        return metric
    }

    /// Of a node's birth and death.
    static func connection(_ number: UInt64) -> Metric { metric("bdSeq", .longValue(number), type: 8) }
}

extension SparkplugReading {
    static func of(_ name: String, _ value: Value?, isHistorical: Bool = false) -> SparkplugReading {
        var metric = SparkplugPayload.Metric()
        metric.isHistorical = isHistorical
        switch value {
        case .flag(let flag): metric.booleanValue = flag
        case .number(let number): metric.intValue = UInt32(number)
        case .fraction(let fraction): metric.doubleValue = fraction
        case .text(let text): metric.stringValue = text
        case nil: metric.isNull = true
        }
        return SparkplugReading(metric, name: name, datatype: 0, sent: 1_772_352_930_000)
    }
}
