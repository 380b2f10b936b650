import Appliance
import ArgumentParser
import Domain
import Foundation
import Journal

struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "The journal's incidents, and what people do about them.",
        subcommands: [
            List.self, Show.self, Groups.self, Acknowledge.self, Shelve.self, Unshelve.self, Reset.self,
            RemoveFromService.self, ReturnToService.self,
        ])

    static func openJournal(
        _ settings: GlobalOptions.Settings, access: EventJournal.Access
    ) throws -> EventJournal {
        let path = settings.dataDirectory.journal.path
        guard !EventJournal.isMissing(at: path) else {
            throw CommandError(
                "\(path): there is no journal yet; andon serve makes it, or name its directory with --data")
        }
        return try EventJournal(path: path, access: access)
    }
}
