import Domain
import Foundation
import Incidents
import Journal

/// Takes the journal's pending entries through the fold, by the rules that the journal itself keeps: the one place that
/// folds, so that no program's own configuration decides what an alarm does.
public enum IncidentFolding {
    /// Folds all pending entries; safe while another process does the same.
    ///
    /// A journal in which nothing is folded yet and that nobody gave rules gets the standard ones.
    ///
    /// - Parameter onChanges: called with the changes of each batch once they are stored.
    /// - Throws: `JournalError`; ``ApplianceError/Code/rules`` where the journal does not say its rules.
    public static func foldPending(
        in journal: EventJournal, onChanges: ([IncidentChange]) -> Void = { _ in }
    ) throws {
        try ensureRules(in: journal)
        var text: String?
        var rules = FoldRules.standard
        while !Task.isCancelled {
            let pending = try journal.pending { current in
                if let current, current != text {
                    rules = try FoldRules(json: current, of: journal)
                    text = current
                }
                return rules.related
            }
            guard !pending.isEmpty else { return }
            var fold = IncidentFold(pending.incidents, groups: pending.groups, rules: rules)
            let changes = pending.entries.flatMap { fold.fold($0) }
            do {
                try journal.apply(changes, to: pending)
            } catch JournalError.foldedMeanwhile {
                continue
            }
            onChanges(changes)
        }
    }

    /// Makes the configured rules the journal's: what only the appliance does.
    ///
    /// What entered before stays as it was folded, an open alarm keeps its deadlines and its priority, and one that only
    /// the old rules kept back comes forward.
    ///
    /// - Parameter name: of the program, which the journal keeps.
    @discardableResult
    public static func adopt(
        _ rules: FoldRules, in journal: EventJournal, by name: String = "program:andon serve"
    ) throws -> RulesChange {
        try journal.setRules(rules.json(), by: name)
    }

    /// Refuses to act on a journal by other rules than its own.
    ///
    /// - Parameter configured: what the command's configuration says; nil where it has none, and takes the journal's.
    /// - Throws: ``ApplianceError/Code/rules`` naming each difference.
    public static func requireSameRules(_ configured: FoldRules?, in journal: EventJournal) throws {
        guard let text = try journal.rules() else {
            if let configured { try adopt(configured, in: journal, by: program) }
            return try ensureRules(in: journal)
        }
        let rules = try FoldRules(json: text, of: journal)
        guard let configured, configured != rules else { return }
        let differences = configured.differences(from: rules).joined(separator: "; ")
        throw ApplianceError(
            .rules,
            "\(journal.path): its alarms follow other rules than this configuration's (\(differences)). Nothing was done."
                + " Leave the configuration away (--config, ANDON_CONFIG) to act by the journal's rules, or restart andon"
                + " serve with this one: it alone changes them.")
    }

    private static let program = "program:andon"

    private static func ensureRules(in journal: EventJournal) throws {
        guard try journal.rules() == nil else { return }
        guard try journal.isUnfolded() else {
            throw ApplianceError(
                .rules,
                "\(journal.path): an earlier Andon made it and noted no rules of alarms; start andon serve once, or name its"
                    + " configuration with --config")
        }
        try adopt(.standard, in: journal, by: program)
    }
}

extension FoldRules {
    /// In one form for the same rules, as journals and exports carry them.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// - Throws: `JournalError` naming the journal.
    fileprivate init(json: String, of journal: EventJournal) throws {
        do {
            self = try JSONDecoder().decode(FoldRules.self, from: Data(json.utf8))
        } catch {
            throw JournalError.corrupt(path: journal.path, detail: "its rules of alarms cannot be read: \(error)")
        }
    }
}
