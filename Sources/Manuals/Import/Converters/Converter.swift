import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that reads one format and prints another, run as a process of its own: what a hostile file does to it
/// ends with it.
///
/// `timeout` and `prlimit` hold it to its time, memory and output, also when Andon is killed meanwhile.
enum Converter: String {
    case pdfinfo, pdftotext, pdfimages, pdftoppm, tesseract, pandoc, unzip, zip

    struct Outcome {
        let status: Int32
        let output: Data
        /// The beginning of what it complained about.
        let complaint: String
    }

    private static let folders = ["/usr/bin", "/usr/local/bin", "/bin"]
    private static let complaintBytes = 4 << 10

    /// Where it comes from.
    private var package: String {
        switch self {
        case .pdfinfo, .pdftotext, .pdfimages, .pdftoppm: "poppler-utils"
        case .tesseract: "tesseract-ocr, tesseract-ocr-chi-tra"
        case .pandoc: "pandoc"
        case .unzip, .zip: rawValue
        }
    }

    var isInstalled: Bool { path != nil }

    private var path: String? {
        Converter.folders.map { $0 + "/" + rawValue }.first { access($0, X_OK) == 0 }
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - work: the folder that it runs in.
    ///   - place: file and page that an error names.
    /// - Throws: when it is missing, or was stopped at one of its bounds; any other exit status is the caller's to judge.
    func run(
        _ arguments: [String], in work: WorkFolder, limits: ConverterLimits, place: (file: String, page: Int?)
    ) throws(ManualImportError) -> Outcome {
        guard let path else {
            throw ManualImportError(
                .converter, file: place.file, "\(rawValue) is not installed (Debian package \(package))")
        }
        let output = work.url.appending(path: "out-\(UUID().uuidString)")
        let errors = work.url.appending(path: "err-\(UUID().uuidString)")
        defer {
            try? FileManager.default.removeItem(at: output)
            try? FileManager.default.removeItem(at: errors)
        }
        let status: Int32
        do {
            status = try launch(path, arguments, in: work, limits, output: output, errors: errors)
        } catch {
            throw ManualImportError(
                .converter, file: place.file, page: place.page,
                "\(rawValue) cannot be run: \(error.localizedDescription)")
        }
        let outcome = Outcome(
            status: status, output: (try? Data(contentsOf: output, options: .alwaysMapped)) ?? Data(),
            complaint: complaint(in: errors))
        if let bound = bound(outcome, limits) {
            throw ManualImportError(
                .converter, file: place.file, page: place.page, "\(rawValue) was stopped: it took \(bound)")
        }
        return outcome
    }

    private func launch(
        _ path: String, _ arguments: [String], in work: WorkFolder, _ limits: ConverterLimits, output: URL, errors: URL
    ) throws -> Int32 {
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments =
            [
                "--signal=KILL", "\(limits.seconds)", "/usr/bin/prlimit", "--core=0", "--as=\(limits.memoryBytes)",
                "--fsize=\(limits.outputBytes)", "--cpu=\(Int(limits.seconds.rounded(.up)) * 2)", "--", path,
            ] + arguments
        process.currentDirectoryURL = work.url
        process.environment = [
            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "HOME": work.url.path,
            "TMPDIR": work.url.path, "OMP_THREAD_LIMIT": "1",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        // A shell's convention: signals count from 128.
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    private func complaint(in file: URL) -> String {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return "" }
        defer { try? handle.close() }
        let bytes = (try? handle.read(upToCount: Converter.complaintBytes)) ?? nil
        return HiddenText.unmarked(TextCleaning.visible(String(decoding: bytes ?? Data(), as: UTF8.self))).trimmed
    }

    /// The bound at which the kernel or the converter itself ended it; nil when it ended otherwise.
    private func bound(_ outcome: Outcome, _ limits: ConverterLimits) -> String? {
        let lowered = outcome.complaint.lowercased()
        let outOfMemory = [
            "bad_alloc", "out of memory", "heap exhausted", "cannot allocate memory", "memory allocation",
            "heap overflow",
        ].contains(where: lowered.contains)
        switch outcome.status {
        case 128 + SIGKILL, 128 + SIGXCPU: return "longer than \(limits.seconds) seconds"
        // Where the signal is ignored, writing fails at the same size.
        case 128 + SIGXFSZ,
            _ where outcome.output.count >= limits.outputBytes:
            return "more than \(limits.outputBytes >> 20) MiB of output"
        case 128 + SIGABRT, 128 + SIGSEGV, 251: return "more than \(limits.memoryBytes >> 20) MiB of memory, or crashed"
        case let status where status != 0 && outOfMemory: return "more than \(limits.memoryBytes >> 20) MiB of memory"
        default: return nil
        }
    }
}
