import Domain

/// What can happen to an alarm.
enum AlarmInput: CaseIterable {
    /// The machine reports the fault.
    case active
    /// The machine reports that it is gone.
    case returned
    case acknowledge, reset
    case shelve, unshelve
    case suppress, unsuppress
    case removeFromService, returnToService
    case close
}

extension AlarmState {
    /// The state after an input: ISA-18.2-2016 figure 2, latching as in its annex.
    ///
    /// What leaves the shelf, suppression or maintenance asks for acknowledgement if its fault stands and is closed if
    /// not: nobody saw it.
    ///
    /// - Parameters:
    ///   - isStanding: whether the fault stands, the input considered.
    ///   - latches: whether the alarm stays until a person resets it.
    /// - Returns: nil when the input does nothing in this state.
    func after(_ input: AlarmInput, isStanding: Bool, latches: Bool) -> AlarmState? {
        switch (input, self) {
        case (.active, .normal), (.active, .returnedUnacknowledged), (.active, .latched): .activeUnacknowledged
        case (.active, _): self
        case (.returned, .activeUnacknowledged): .returnedUnacknowledged
        case (.returned, .activeAcknowledged): latches ? .latched : .normal
        case (.returned, .shelved), (.returned, .suppressed), (.returned, .outOfService): self
        case (.acknowledge, .activeUnacknowledged): .activeAcknowledged
        case (.acknowledge, .returnedUnacknowledged): latches ? .latched : .normal
        case (.reset, .latched): .normal
        case (.shelve, .suppressed), (.shelve, .outOfService), (.shelve, .normal): nil
        case (.shelve, _): .shelved
        case (.suppress, .activeUnacknowledged), (.suppress, .activeAcknowledged),
            (.suppress, .returnedUnacknowledged), (.suppress, .latched):
            .suppressed
        case (.removeFromService, .normal), (.removeFromService, .outOfService): nil
        case (.removeFromService, _): .outOfService
        case (.close, .activeUnacknowledged), (.close, .activeAcknowledged), (.close, .returnedUnacknowledged): .normal
        case (.unshelve, .shelved), (.unsuppress, .suppressed), (.returnToService, .outOfService):
            isStanding ? .activeUnacknowledged : .normal
        default: nil
        }
    }
}
