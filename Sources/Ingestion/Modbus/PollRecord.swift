import Domain

/// One poll of a device, for measurements.
package struct PollRecord: Sendable {
    package let machine: MachineID
    /// After its beat, until the first request went out.
    package let latenessMs: Double
    /// The whole poll.
    package let durationMs: Double
    package let succeeded: Bool
}
