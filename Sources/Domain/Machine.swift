/// Names one physical asset on the line, such as `press-07`.
public struct MachineID: RawRepresentable, Codable, Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
    public static func < (left: MachineID, right: MachineID) -> Bool { left.rawValue < right.rawValue }
}

/// Names a type of machine whose manuals answer for every asset of that type, such as `mitsubishi-fr-e800`.
public struct MachineModel: RawRepresentable, Codable, Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
    public static func < (left: MachineModel, right: MachineModel) -> Bool { left.rawValue < right.rawValue }
}

/// A machine as configured: which asset it is, whose manuals answer for it, in which language its operators read.
public struct Machine: Codable, Sendable, Hashable {
    public let id: MachineID
    public let model: MachineModel
    public let language: Language

    public init(id: MachineID, model: MachineModel, language: Language) {
        self.id = id
        self.model = model
        self.language = language
    }
}
