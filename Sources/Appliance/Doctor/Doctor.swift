import APIClient
import Domain
import Foundation
import Inference
import Ingestion
import Journal
import Logging
import Manuals
import Platform
import VulkanCompute

/// Looks at everything that the appliance needs on this machine and says how to mend what is wrong.
public struct Doctor: Sendable {
    /// Under this much free space the journal is close to refusing events.
    static let freeBytesFloor = 1 << 30
    static let brokerTimeLimit = Duration.seconds(5)

    let configuration: Configuration
    let directory: DataDirectory
    private let shipped: ShippedFiles

    public init(configuration: Configuration, directory: DataDirectory, shipped: ShippedFiles) {
        self.configuration = configuration
        self.directory = directory
        self.shipped = shipped
    }

    /// - Parameter repairing: has each check that can set its finding right do so, and look again.
    public func checks(repairing: Bool = false) async -> [Check] {
        let library = LibraryCheck(directory: directory.library, machines: configuration.machines.map(\.machine))
        let access = AccessCheck(directory: directory)
        let looks: [() async -> Check] = [
            dataDirectory, access.check, disk, journal, library.check, device, model, unreadable, messageLimit, broker,
            lines, clock,
        ]
        var checks: [Check] = []
        for look in looks {
            var check = await look()
            if repairing, let repair = check.repair {
                let outcome: String
                do { outcome = try repair.run() } catch { outcome = "cannot be repaired: \(error)" }
                check = await look()
                check.repaired = outcome
            }
            checks.append(check)
        }
        return checks
    }

    private func dataDirectory() -> Check {
        let path = directory.root.path
        do {
            guard try OwnFile.exists(path) else {
                return Check(
                    "data directory", .warning, "\(path) does not exist yet",
                    mend: "the first start makes it; give --data a directory that this user may write")
            }
        } catch {
            return Check("data directory", .failed, "\(error)", mend: "run as the user that owns it, or chown it")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            return Check(
                "data directory", .failed, "\(path) is not writable for \(NSUserName())",
                mend: "run as the user that owns it, or chown it")
        }
        return Check("data directory", .good, path)
    }

    private func disk() -> Check {
        var folder = directory.root
        while !FileManager.default.fileExists(atPath: folder.path), folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
        }
        var status = statvfs()
        guard statvfs(folder.path, &status) == 0 else {
            return Check("disk", .warning, "\(folder.path): the free space cannot be read")
        }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        let detail = "\(free >> 20) MiB free at \(folder.path)"
        guard free >= Self.freeBytesFloor else {
            return Check("disk", .failed, detail, mend: "free some space: a full disk makes Andon refuse events")
        }
        return Check("disk", .good, detail)
    }

    private func journal() -> Check {
        let path = directory.journal.path
        guard !EventJournal.isMissing(at: path) else {
            return Check("journal", .good, "none yet; the first start makes it")
        }
        do {
            let journal = try EventJournal(path: path, access: .readOnly)
            let problems = try journal.integrityProblems()
            guard problems.isEmpty else {
                return Check(
                    "journal", .failed, problems.prefix(3).joined(separator: "; "),
                    mend: "stop andon serve, put a backup of \(path) in its place or make a journal of an export"
                        + " (andon replay EXPORT.jsonl --into NEW-DIRECTORY), and have the disk checked")
            }
            if let pinned = try RetentionPin.summary(of: journal.retentionPins(configuration.journal.retention)) {
                return Check("journal", .warning, pinned, mend: RetentionPin.mend)
            }
            let counters = try journal.counters()
            let detail = "\(counters.events) events, \(counters.incidents) incidents"
            return Check("journal", .good, detail)
        } catch let error as JournalError where error.isLoss {
            return Check("journal", .failed, "\(error)", mend: "andon serve refuses to start until then")
        } catch {
            return Check("journal", .failed, "\(error)", mend: "stop the program that holds it")
        }
    }

    private func device() -> Check {
        do {
            let devices = try VulkanInstance().devices()
            guard let selection = DeviceSelection(configuration.model.gpu) else {
                return Check(
                    "Vulkan device", .failed, "model.gpu \"\(configuration.model.gpu)\" names no device",
                    mend: "write auto, a number or a PCI address")
            }
            let chosen = try selection.choose(from: devices)
            return DeviceCheck(
                device: chosen, deviceCount: devices.count, profiles: GPUProfileCatalog(shipped: shipped),
                verdictPath: EngineOptions.verdictFile(in: directory.cache).path
            ).check()
        } catch {
            return Check(
                "Vulkan device", .warning, "\(error); answers are the manuals' own words",
                mend: "install the GPU's driver, or mesa-vulkan-drivers for a machine without one")
        }
    }

    private func model() -> Check {
        do {
            guard configuration.model.file != .none else {
                return Check("model", .warning, "the configuration says none: answers are the manuals' own words")
            }
            let found = try ModelFile(settings: configuration.model, directory: directory, shipped: shipped)
            try ModelStore.requireRunnable(found.url)
            guard !found.isDemonstration else {
                return Check(
                    "model", .warning, "the demonstration model writes the answers",
                    mend: "andon model install Qwen2.5-7B-Instruct-Q4_K_M.gguf")
            }
            return Check("model", .good, found.url.path)
        } catch {
            return Check("model", .failed, "\(error)", mend: "install the model again with andon model install")
        }
    }

    private func broker() async -> Check {
        guard var settings = configuration.mqtt else {
            return Check("broker", .good, "none is configured")
        }
        settings = settings.forLooking
        do {
            let connection = try MQTTConnection(
                settings: settings, filters: [], handlers: .init(),
                logger: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() })
            connection.start()
            defer { connection.stop() }
            let deadline = ContinuousClock.now + Self.brokerTimeLimit
            while !connection.isConnected, connection.status.lastError == nil, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            guard connection.isConnected else {
                let reason = connection.status.lastError ?? "no answer"
                return Check(
                    "broker", .failed, "\(settings.host):\(settings.port): \(reason)",
                    mend: "start the broker, or correct the mqtt section of andon.yaml")
            }
            return Check("broker", .good, "\(settings.host):\(settings.port)")
        } catch {
            return Check("broker", .failed, "\(error)", mend: "correct the mqtt section of andon.yaml")
        }
    }

    /// As the running appliance sees them.
    private func lines() async -> Check {
        do {
            let lines = try await APIClient(socketPath: directory.socketPath).lines()
            let lost = lines.filter { $0.state == .degraded }
            guard lost.isEmpty else {
                let first = lost.prefix(3).map { "\($0.machine?.rawValue ?? "broker"): \($0.lastError ?? "")" }
                return Check(
                    "lines", .warning, "\(lost.count) of \(lines.count) are lost; \(first.joined(separator: "; "))",
                    mend: "andon machine list shows all of them")
            }
            return Check("lines", .good, "\(lines.count) to broker and machines, none is lost")
        } catch let error as APIError where error.code == .notRunning {
            return Check("lines", .good, "no appliance is running")
        } catch {
            return Check("lines", .failed, "\(error)", mend: "look at the log of andon serve")
        }
    }

    /// A clock that was reset makes times in the journal useless to people; their order is safe.
    private func clock() -> Check {
        let now = Date()
        let formatter = ISO8601DateFormatter()
        var newest: Date?
        if let journal = try? EventJournal(path: directory.journal.path, access: .readOnly) {
            newest = try? journal.incidents(.all, limit: 1).first?.lastSeen
        }
        if let newest, newest > now.addingTimeInterval(60) {
            return Check(
                "clock", .failed, "\(formatter.string(from: now)) is before the journal's newest incident",
                mend: "set the clock (timedatectl) and check its battery")
        }
        return Check("clock", .good, formatter.string(from: now))
    }
}
