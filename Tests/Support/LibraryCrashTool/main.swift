import Foundation
import Manuals

// Imports one manual again and again into the library at PATH, each round with the round's number in its text, and
// prints each step and, once an import is done, the round. A test kills it at any moment; with a STEP it kills itself
// there in the first round. An error goes to stderr and ends it with exit 74.
let arguments = CommandLine.arguments
guard (3...4).contains(arguments.count), let first = Int(arguments[2]) else {
    FileHandle.standardError.write(Data("usage: library-crash-tool PATH FIRST [STEP]\n".utf8))
    exit(64)
}
let fatalStep = arguments.count > 3 ? LibraryStep(rawValue: arguments[3]) : nil
let manual = URL(filePath: arguments[1]).deletingLastPathComponent().appending(path: "round.csv")

func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

do {
    let library = try Library.open(URL(filePath: arguments[1]))
    for round in first...(first + 100_000) {
        let rows = (1...40).map { "E\(100 + $0),Fault \($0),Set round \(round)" }
        let text = "# machine_model: m1\n# language: en\nCode,Fault,Remedy\n" + rows.joined(separator: "\n")
        try Data(text.utf8).write(to: manual)
        _ = try library.importManuals([manual]) { step in
            say(step.rawValue)
            if step == fatalStep { kill(getpid(), SIGKILL) }
        }
        say("\(round)")
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(74)
}
