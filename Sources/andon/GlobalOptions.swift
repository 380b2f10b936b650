import Appliance
import ArgumentParser
import Foundation
import Ingestion
import Logging
import Manuals
import Platform

/// What every command takes, before or after its name.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file; else ANDON_CONFIG, else /etc/andon/andon.yaml.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Keep all state under this directory; else ANDON_DATA, else /var/lib/andon.", valueName: "dir"))
    var data: String?

    @Option(help: "trace, debug, info, notice, warning or error.")
    var logLevel: Logger.Level?

    /// These options where they are given, else those of the enclosing command.
    func over(_ outer: GlobalOptions) -> Settings {
        Settings(config: config ?? outer.config, data: data ?? outer.data, logLevel: logLevel ?? outer.logLevel)
    }

    /// The effective options.
    struct Settings {
        let config: String?
        let data: String?
        let logLevel: Logger.Level?

        private func chosen(_ option: String?, _ variable: String) -> String? {
            option ?? ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }

        var dataDirectory: DataDirectory {
            chosen(data, "ANDON_DATA").map { DataDirectory(root: URL(fileURLWithPath: $0, isDirectory: true)) }
                ?? .system
        }

        /// Nil where nobody named a file and none is installed.
        ///
        /// - Throws: `FileError` where that cannot be told: without its machines the appliance would listen to nobody.
        private func configurationFile() throws -> String? {
            let standard = "/etc/andon/andon.yaml"
            return try chosen(config, "ANDON_CONFIG") ?? (OwnFile.exists(standard) ? standard : nil)
        }

        /// The configuration of a file, nil where there is none.
        func namedConfiguration(_ shipped: ShippedFiles) throws -> Configuration? {
            try configurationFile() == nil ? nil : configuration(shipped)
        }

        func configuration(_ shipped: ShippedFiles) throws -> Configuration {
            let file = try configurationFile()
            let site = URL(fileURLWithPath: "/etc/andon/device-profiles/machines", isDirectory: true)
            let shippedProfiles = shipped.deviceProfiles.appendingPathComponent("machines", isDirectory: true)
            return try Configuration.load(
                file: file.map { URL(fileURLWithPath: $0) },
                profiles: DeviceProfileCatalog(folders: [site, shippedProfiles]))
        }

        func retrieval() throws -> RetrievalSettings {
            let shipped = try ShippedFiles.locate()
            return try RetrievalSettings(shipped: shipped, configuration: configuration(shipped))
        }

        /// Logs go to stderr, so that stdout holds results alone.
        func logger(_ label: String, standard: Logger.Level = .warning) -> Logger {
            var logger = Logger(label: label) { StreamLogHandler(label: $0, stream: LogLines()) }
            logger.logLevel = logLevel ?? standard
            return logger
        }
    }
}

/// Lines of the log on stderr: what stands in them of files and machines cannot steer the terminal or forge a line.
private struct LogLines: TextOutputStream {
    func write(_ line: String) { Output.note(line.last == "\n" ? String(line.dropLast()) : line) }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
