/// What a plant's own maintenance records say about a code: a source of its own beside the manual, never cited as one.
public struct RepairHistory: Codable, Sendable, Hashable {
    /// One thing that was done, however its records word it.
    public struct Action: Codable, Sendable, Hashable {
        /// The manual's remedy where it is one of them, else as the latest record words it.
        public let action: String
        /// The number of the manual's remedy that it is, from 1; nil where it is none of them.
        public let step: Int?
        /// Records in which it was done.
        public let times: Int
        /// … and the fault was gone afterwards.
        public let fixed: Int
        /// Day of the latest, as `2026-03-01`; nil where the records have no date.
        public let last: String?

        public init(action: String, step: Int?, times: Int, fixed: Int, last: String?) {
            self.action = action
            self.step = step
            self.times = times
            self.fixed = fixed
            self.last = last
        }
    }

    public let code: FaultCode
    public let machineModel: MachineModel
    /// All records of the code and machine model.
    public let records: Int
    public let fixed: Int
    /// What helped most often comes first.
    public let actions: [Action]
    /// The files that the records came from.
    public let sources: [String]

    enum CodingKeys: String, CodingKey {
        case code
        case machineModel = "machine_model"
        case records, fixed, actions, sources
    }

    public init(
        code: FaultCode, machineModel: MachineModel, records: Int, fixed: Int, actions: [Action], sources: [String]
    ) {
        self.code = code
        self.machineModel = machineModel
        self.records = records
        self.fixed = fixed
        self.actions = actions
        self.sources = sources
    }
}
