import Domain

extension Schema {
    /// Whose turn it is to be answered: announced faults without an answer, except those that came after the first of a
    /// flood. A table beside `incident`, whose columns are what exports compare.
    ///
    /// The index finds each machine that waits, and its next incident, without a look at the others.
    static let turns = """
        DROP INDEX incident_unanswered;
        CREATE TABLE answer_turn (
            incident INTEGER PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE,
            machine TEXT,
            rank INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX answer_turn_machine ON answer_turn (machine, rank, incident);
        INSERT INTO answer_turn
            SELECT id, machine, \(rank("priority")) FROM incident
            WHERE answered = 0 AND announced = 1 AND kind = 'fault' AND \(isNoFollower);
        """

    /// A priority as a number, the most urgent first.
    static func rank(_ column: String) -> String {
        "CASE \(column) WHEN '\(AlarmPriority.high.rawValue)' THEN 0 WHEN '\(AlarmPriority.medium.rawValue)' THEN 1 ELSE 2 END"
    }

    /// Of an `incident`: it is no member of a flood, or the first of it.
    static let isNoFollower = """
        NOT EXISTS (SELECT 1 FROM alarm_group
            WHERE alarm_group.id = incident.group_id AND flood = 1 AND alarm_group.id <> incident.id)
        """
}
