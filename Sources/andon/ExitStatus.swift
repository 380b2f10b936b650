import APIClient
import Appliance
import ArgumentParser
import ConstrainedDecoding
import Foundation
import GGUF
import Inference
import Ingestion
import Journal
import Manuals
import Platform
import Simulation
import VulkanCompute

/// The exit codes that other programs rely on (sysexits.h).
enum ExitStatus: Int32 {
    case usage = 64
    /// The message names file, place and what was expected.
    case badInput = 65
    case serviceDown = 69
    case internalError = 70

    /// Says on stderr what went wrong and ends the process with the code that fits.
    static func leave(with error: any Error) -> Never {
        // The parser's own errors and requests (help, version, completion) carry their code and text.
        guard let status = ExitStatus(of: error) else {
            let code = Andon.exitCode(for: error)
            if code.isSuccess || error is ExitCode { Andon.exit(withError: error) }
            // Usage repeats what was typed.
            Output.note(error: Andon.fullMessage(for: error))
            Andon.exit(withError: code)
        }
        Output.note(error: "error: \(error)")
        Andon.exit(withError: ExitCode(status.rawValue))
    }

    private init?(of error: any Error) {
        switch error {
        case is ExitCode, is ValidationError, is CleanExit: return nil
        case let error as ApplianceError: self = error.code == .serviceDown ? .serviceDown : .badInput
        case let error as APIError: self = error.isServiceFault ? .serviceDown : .badInput
        case is CommandError, is GGUFError, is ManualImportError, is StrictYAMLError, is DeviceProfileCatalogError,
            is TopicTemplateError, is SchemaError, is ConstraintError, is GlossaryError, is EvaluationError:
            self = .badInput
        case is FileError: self = .badInput
        case let error as LibraryError: self = error.status
        case let error as JournalError: self = error.isServiceFault ? .serviceDown : .badInput
        case let error as ModbusError: self = error.isSettingsFault ? .badInput : .serviceDown
        case let error as MQTTError: self = error.isSettingsFault ? .badInput : .serviceDown
        case is SimulationError: self = .serviceDown
        case is VulkanError: self = .serviceDown
        case let error as ModelError: self = error.isDeviceFault ? .serviceDown : .badInput
        default:
            guard !String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") else { return nil }
            self = .internalError
        }
    }
}

/// The results could not be written.
struct OutputError: Error, CustomStringConvertible {
    let description: String
}

/// What a command was given and cannot use.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension LibraryError {
    fileprivate var status: ExitStatus {
        switch self {
        case .noManual, .noWithheldRow, .nothingToRollBack, .damaged, .unreadable: .badInput
        case .busy, .unwritable: .serviceDown
        case .checkFailed: .internalError
        }
    }
}

extension JournalError {
    /// The disk or another process refuses, as opposed to a file or number that is wrong.
    fileprivate var isServiceFault: Bool {
        switch self {
        case .busy, .diskFull, .reserveReached, .ioFailure, .cannotExport: true
        default: false
        }
    }
}

extension APIError {
    /// The appliance is not there, stops, or went away, as opposed to a request that it refuses.
    fileprivate var isServiceFault: Bool {
        switch code {
        case .notRunning, .unavailable, .noReply: true
        case .refused, .tooLarge, .badResponse: false
        }
    }
}

extension MQTTError {
    /// The configuration is wrong, as opposed to a broker that does not answer.
    fileprivate var isSettingsFault: Bool {
        switch self {
        case .passwordFile, .setting: true
        default: false
        }
    }
}

extension ModbusError {
    /// What was asked for is wrong, as opposed to a device that does not answer.
    fileprivate var isSettingsFault: Bool {
        switch self {
        case .badEndpoint, .refused: true
        default: false
        }
    }
}
