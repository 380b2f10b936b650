import Domain
import Testing

@testable import Incidents

@Suite("Every state and every input")
struct AlarmInputTests {
    /// The whole table; what is not in it does nothing. A pair is the outcome for a fault that stands, and one that
    /// does not.
    private static func expected(
        _ state: AlarmState, _ input: AlarmInput, isStanding: Bool, latches: Bool
    ) -> AlarmState? {
        let closed: AlarmState = latches ? .latched : .normal
        let broughtForward: AlarmState = isStanding ? .activeUnacknowledged : .normal
        let table: [AlarmState: [AlarmInput: AlarmState]] = [
            .normal: [.active: .activeUnacknowledged],
            .activeUnacknowledged: [
                .active: .activeUnacknowledged, .returned: .returnedUnacknowledged,
                .acknowledge: .activeAcknowledged, .shelve: .shelved, .suppress: .suppressed,
                .removeFromService: .outOfService, .close: .normal,
            ],
            .activeAcknowledged: [
                .active: .activeAcknowledged, .returned: closed, .shelve: .shelved, .suppress: .suppressed,
                .removeFromService: .outOfService, .close: .normal,
            ],
            .returnedUnacknowledged: [
                .active: .activeUnacknowledged, .acknowledge: closed, .shelve: .shelved, .suppress: .suppressed,
                .removeFromService: .outOfService, .close: .normal,
            ],
            .latched: [
                .active: .activeUnacknowledged, .reset: .normal, .shelve: .shelved, .suppress: .suppressed,
                .removeFromService: .outOfService,
            ],
            .shelved: [
                .active: .shelved, .returned: .shelved, .shelve: .shelved, .unshelve: broughtForward,
                .removeFromService: .outOfService,
            ],
            .suppressed: [
                .active: .suppressed, .returned: .suppressed, .unsuppress: broughtForward,
                .removeFromService: .outOfService,
            ],
            .outOfService: [
                .active: .outOfService, .returned: .outOfService, .returnToService: broughtForward,
            ],
        ]
        return table[state]?[input]
    }

    @Test("the table of states", arguments: AlarmState.allCases)
    func table(state: AlarmState) {
        for input in AlarmInput.allCases {
            for isStanding in [true, false] {
                for latches in [true, false] {
                    let after = state.after(input, isStanding: isStanding, latches: latches)
                    #expect(
                        after == Self.expected(state, input, isStanding: isStanding, latches: latches),
                        "\(state.rawValue), \(input), standing \(isStanding), latching \(latches)")
                }
            }
        }
    }
}
