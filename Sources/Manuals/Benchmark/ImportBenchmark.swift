import Domain
import Foundation

/// How fast manuals come in; figures to read, never to pass or fail on.
public struct ImportFigures: Codable, Sendable, Hashable {
    public struct Series: Codable, Sendable, Hashable {
        /// What was imported.
        public let name: String
        public let passages: Int
        /// 0 for formats without pages.
        public let pages: Int
        public let seconds: Double
        /// Of this process so far, at its highest.
        public let peakMemoryMiB: Int
        /// Of the largest converter so far, at its highest.
        public let converterMemoryMiB: Int

        public var passagesPerSecond: Double { Double(passages) / max(seconds, 1e-9) }
        public var pagesPerSecond: Double { Double(pages) / max(seconds, 1e-9) }

        enum CodingKeys: String, CodingKey {
            case name, passages, pages, seconds
            case peakMemoryMiB = "peak_memory_mib"
            case converterMemoryMiB = "converter_memory_mib"
        }
    }

    public let series: [Series]
}

/// Imports manuals into new libraries and takes the time, everything included up to the switch of the snapshot.
public enum ImportBenchmark {
    /// Synthetic manuals as CSV and the same as Markdown tables.
    public static func synthetic(passages: Int, seed: UInt64 = 1) throws -> ImportFigures {
        let folder = FileManager.default.temporaryDirectory.appending(path: "andon-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var manuals = SyntheticManuals(seed: seed)
        let lists = try manuals.write(passages: passages, to: folder)
        let documents = try lists.map { try markdown(of: $0) }
        return ImportFigures(series: [
            try measure("CSV", lists, in: folder.appending(path: "csv")),
            try measure("Markdown", documents, in: folder.appending(path: "markdown")),
        ])
    }

    /// Files of a person's own, each alone.
    public static func files(_ files: [URL]) throws -> ImportFigures {
        let folder = FileManager.default.temporaryDirectory.appending(path: "andon-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return ImportFigures(
            series: try files.enumerated().map { index, file in
                try measure(file.lastPathComponent, [file], in: folder.appending(path: "\(index)"))
            })
    }

    private static func measure(_ name: String, _ files: [URL], in folder: URL) throws -> ImportFigures.Series {
        let library = try Library.open(folder)
        let pages = PageCount()
        var report = ImportReport(library: 0, manuals: [])
        let time = try ContinuousClock().measure {
            // A document without a model of its own is measured all the same.
            let model = files.count == 1 ? MachineModel(rawValue: "bench") : nil
            report = try library.importManuals(files, overrides: ManualMetadata(machineModel: model)) { _ in
            } onProgress: {
                pages.take($0)
            }
        }
        return ImportFigures.Series(
            name: name, passages: report.manuals.reduce(0) { $0 + $1.passages }, pages: pages.total,
            seconds: time / .seconds(1), peakMemoryMiB: PeakMemory.ofProcess >> 10,
            converterMemoryMiB: PeakMemory.ofConverters >> 10)
    }

    /// A CSV manual of ``SyntheticManuals``, whose cells need no quotes, as a Markdown table beside it.
    private static func markdown(of list: URL) throws -> URL {
        var lines = String(decoding: try Data(contentsOf: list), as: UTF8.self).split(separator: "\n")
        let facts = lines.prefix { $0.hasPrefix("#") }
        lines.removeFirst(facts.count)
        var text = "---\n" + facts.map { $0.dropFirst(2) + "\n" }.joined() + "---\n\n"
        for (index, line) in lines.enumerated() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            text += "| " + cells.joined(separator: " | ") + " |\n"
            if index == 0 { text += String(repeating: "|---", count: cells.count) + "|\n" }
        }
        let file = list.deletingPathExtension().appendingPathExtension("md")
        try Data(text.utf8).write(to: file)
        return file
    }
}
