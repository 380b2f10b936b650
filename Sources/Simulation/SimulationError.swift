import Foundation

/// A stand-in for plant equipment could not be started or asked.
public struct SimulationError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    /// With the text of `errno`.
    static func system(_ what: String, _ code: Int32 = errno) -> SimulationError {
        SimulationError("\(what): \(String(cString: strerror(code)))")
    }
}
