import Domain
import Foundation
import Platform

/// The device profiles of this appliance: the site's own over the shipped ones.
public struct DeviceProfileCatalog: Sendable {
    /// The first folder that holds a profile of the name wins.
    private let folders: [URL]

    /// - Parameter folders: site folder first; those that do not exist are skipped.
    public init(folders: [URL]) { self.folders = folders }

    /// - Throws: ``DeviceProfileCatalogError`` or ``StrictYAMLError``.
    public func profile(named name: String) throws -> DeviceProfile {
        guard DeviceProfileCatalog.isName(name) else { throw DeviceProfileCatalogError.badName(name) }
        for folder in folders {
            let url = folder.appending(path: "\(name).yaml")
            guard try OwnFile.exists(url.path) else { continue }
            return try DeviceProfile(name: name, file: url.path, text: Data(contentsOf: url))
        }
        throw DeviceProfileCatalogError.notFound(name: name, folders: folders.map(\.path), known: try names())
    }

    /// How each machine model's codes are written, from every profile that names its model.
    ///
    /// - Throws: what ``profile(named:)`` throws, for the first profile that cannot be read.
    public func codeForms() throws -> [MachineModel: CodeForms] {
        var forms: [MachineModel: CodeForms] = [:]
        for name in try names() where DeviceProfileCatalog.isName(name) {
            let profile = try profile(named: name)
            guard let model = profile.machineModel else { continue }
            forms[model] = forms[model]?.merged(with: profile.codeForms) ?? profile.codeForms
        }
        return forms
    }

    /// Sorted.
    ///
    /// - Throws: `FileError` for a folder that this process may not read: a shipped profile must not take the place of the
    ///   site's own.
    public func names() throws -> [String] {
        let files = try folders.flatMap { try OwnFile.names(in: $0.path) }
        return Set(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }).sorted()
    }

    /// Writes a profile that does not exist yet, and reads it back as the appliance will.
    ///
    /// - Returns: the file.
    /// - Throws: ``DeviceProfileCatalogError`` or ``StrictYAMLError``; no file is left then.
    public static func write(_ draft: ProfileDraft, into folder: URL) throws -> URL {
        guard isName(draft.name) else { throw DeviceProfileCatalogError.badName(draft.name) }
        let url = folder.appending(path: "\(draft.name).yaml")
        let text = Data(draft.yaml.utf8)
        _ = try DeviceProfile(name: draft.name, file: url.path, text: text)
        do throws(FileError) {
            try OwnFile.createFolder(folder.path)
            let descriptor = try OwnFile.create(url.path)
            defer { close(descriptor) }
            try OwnFile.write(Array(text), to: descriptor, url.path)
        } catch {
            throw DeviceProfileCatalogError.notWritten(
                url.path, reason: error.code == EEXIST ? "it exists" : "\(error)")
        }
        return url
    }

    /// A name becomes a file name, so it must not leave its folder.
    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}

public enum DeviceProfileCatalogError: Error, Sendable, Hashable, CustomStringConvertible {
    case badName(String)
    case notWritten(String, reason: String)
    case notFound(name: String, folders: [String], known: [String])

    public var description: String {
        switch self {
        case .badName(let name):
            "\"\(name)\": expected a profile name of 1 to 64 small letters, digits and hyphens"
        case .notWritten(let path, let reason):
            "\(path): expected to write a new file: \(reason)"
        case .notFound(let name, let folders, let known):
            "no device profile \"\(name).yaml\" in \(folders.joined(separator: ", ")); "
                + "expected one of \(known.joined(separator: ", "))"
        }
    }
}
