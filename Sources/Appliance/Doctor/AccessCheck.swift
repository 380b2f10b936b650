import Foundation
import Platform

/// What `andon doctor` says of the owners and modes in the data directory.
///
/// The service must be able to read and write everything there, whoever ran which command, and nobody else must.
struct AccessCheck {
    private static let name = "access"
    private static let named = 3
    /// Readable and writable for other users, and writable for the group.
    private static let tooOpen: mode_t = 0o027

    let directory: DataDirectory

    private struct Finding {
        let path: String
        let status: stat
        let isStrange: Bool
    }

    func check() -> Check {
        do throws(FileError) {
            guard let root = try OwnFile.status(of: directory.root.path) else {
                return Check(Self.name, .good, "there is no data directory yet")
            }
            let findings = try findings(owner: root.st_uid)
            guard let first = findings.first else {
                return Check(Self.name, .good, "everything belongs to one user and is closed to others")
            }
            let list = findings.prefix(Self.named).map(\.path).joined(separator: ", ")
            let rest = findings.count > Self.named ? " and \(findings.count - Self.named) more" : ""
            let repair = Repair(promise: "sets owners (as root) and modes right") {
                for finding in findings { try close(finding, root) }
                return "\(findings.count) files and folders have the directory's owner and are closed to others"
            }
            return Check(
                Self.name, findings.contains(where: \.isStrange) ? .failed : .warning,
                first.isStrange
                    ? "not of the owner of \(directory.root.path): \(list)\(rest)"
                    : "open to other users: \(list)\(rest)",
                repair: repair)
        } catch {
            return Check(Self.name, .failed, "\(error)", mend: "run as the user that owns it, or chown it")
        }
    }

    /// What is not as it should be, other users' files first.
    private func findings(owner: uid_t) throws(FileError) -> [Finding] {
        var found: [Finding] = []
        let folders = [directory.root] + [directory.library, directory.models, directory.cache, directory.exports]
        for folder in folders {
            for name in try OwnFile.names(in: folder.path) {
                let path = folder.appendingPathComponent(name).path
                guard path != directory.socketPath, let status = try OwnFile.status(of: path),
                    [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
                else { continue }
                let isStrange = status.st_uid != owner
                guard isStrange || status.st_mode & Self.tooOpen != 0 else { continue }
                found.append(Finding(path: path, status: status, isStrange: isStrange))
            }
        }
        return found.filter(\.isStrange) + found.filter { !$0.isStrange }
    }

    private func close(_ finding: Finding, _ root: stat) throws(FileError) {
        // A second name of a file elsewhere is not given away.
        guard finding.status.st_mode & S_IFMT == S_IFDIR || finding.status.st_nlink == 1 else {
            throw FileError(finding.path, expected: "a file with one name")
        }
        if finding.isStrange, lchown(finding.path, root.st_uid, root.st_gid) != 0 { throw FileError(finding.path) }
        guard chmod(finding.path, finding.status.st_mode & 0o7777 & ~Self.tooOpen) == 0 else {
            throw FileError(finding.path)
        }
    }
}
