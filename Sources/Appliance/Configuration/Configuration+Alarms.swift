import Domain
import Incidents
import Ingestion

extension FoldRules {
    /// The `alarms` section of `andon.yaml`.
    init(yaml map: StrictYAMLMap) throws {
        self = .standard
        func seconds(_ key: String, _ standard: Double) throws -> Double {
            try map.integer(key, in: 1...31_536_000).map(Double.init) ?? standard
        }
        chatterWindowSeconds = try seconds("chatter_s", chatterWindowSeconds)
        newOccurrenceAfterSeconds = try seconds("new_occurrence_after_s", newOccurrenceAfterSeconds)
        staleAfterSeconds = try seconds("stale_after_s", staleAfterSeconds)
        groups.joinWithinSeconds = try seconds("group_s", groups.joinWithinSeconds)
        groups.floodCount = try map.integer("flood_count", in: 2...10_000) ?? groups.floodCount
        alarms = try (map.maps("rules") ?? []).map { try AlarmRule(yaml: $0) }
        try map.finish()
    }
}

extension AlarmRule {
    fileprivate init(yaml map: StrictYAMLMap) throws {
        func code(_ key: String) throws -> FaultCode? {
            try map.string(key).map { text in
                guard let code = FaultCode(text) else {
                    throw map.error(key, expected: "a code with a letter or digit, got \"\(text)\"")
                }
                return code
            }
        }
        let machine = try map.string("machine").map { text in
            guard let id = MachineID(checking: text) else {
                throw map.error("machine", expected: "the id of a machine, got \"\(text)\"")
            }
            return id
        }
        self.init(
            machine: machine, code: try code("code"), priority: try map.choice("priority", of: AlarmPriority.self),
            onDelaySeconds: Double(try map.integer("on_delay_s", in: 0...86_400) ?? 0),
            offDelaySeconds: Double(try map.integer("off_delay_s", in: 0...86_400) ?? 0),
            latches: try map.flag("latch") ?? false, suppressedWhile: try code("suppressed_while"))
        guard suppressedWhile == nil || self.code != nil && self.code != suppressedWhile else {
            throw map.error("suppressed_while", expected: "the key code beside it, with another code")
        }
        try map.finish()
    }
}
