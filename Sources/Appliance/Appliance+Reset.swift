import APIClient
import Domain
import Foundation
import Ingestion

extension Appliance {
    /// Takes a machine's fault back, where its profile allows that and the operator confirmed it.
    ///
    /// The order is in the journal before anything is written, and what came of it after.
    ///
    /// - Returns: what came of it, also where the machine did not answer.
    /// - Throws: ``ApplianceError`` where nothing was tried.
    func reset(_ order: ResetRequest) async throws -> MachineReset {
        guard order.confirmation == order.machine.rawValue else {
            throw ApplianceError(
                .reset, "machine \(order.machine): expected its name as confirmation, got \"\(order.confirmation)\"")
        }
        guard configuration.reset(of: order.machine) != nil else {
            throw ApplianceError(
                .reset,
                "machine \(order.machine): expected one that is polled over Modbus and whose profile has a reset")
        }
        guard let source = modbusSource else {
            throw ApplianceError(.reset, "machine \(order.machine): nothing is polled yet; try again")
        }
        let begun = Date()
        let id = try await offSharedPool { [journal] in
            try journal.beginReset(of: order.machine, by: order.by, at: begun)
        }
        logger.notice("machine is reset", metadata: ["machine": "\(order.machine)", "by": "\(order.by)"])
        var outcome = MachineReset.Outcome.done
        var reason: String?
        do {
            try await source.reset(order.machine)
        } catch {
            reason = "\(error)"
            if case .unknown? = error as? MachineResetError { outcome = .unknown } else { outcome = .notDone }
        }
        let settled = (outcome: outcome, reason: reason)
        try await offSharedPool { [journal] in
            try journal.settleReset(id, settled.outcome, reason: settled.reason)
        }
        return MachineReset(
            id: id, machine: order.machine, by: order.by, at: begun, outcome: settled.outcome, reason: settled.reason)
    }
}

extension Configuration {
    /// What a reset of the machine writes; nil where nothing may be written.
    public func reset(of id: MachineID) -> ModbusReset? {
        guard case .modbus(_, let profile)? = machines.first(where: { $0.machine.id == id })?.connection else {
            return nil
        }
        return profile.reset
    }
}
