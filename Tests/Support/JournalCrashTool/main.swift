import Domain
import Foundation
import Incidents
import Journal

// Appends the events FIRST...LAST of a fixed series to the journal at PATH, prints each number once its event is
// durable, and folds and answers beside it; with FOLDER it also approves answers and lets what is over go to exports
// there. A test kills it at any moment and starts it again from the first number that was not printed. An error goes to
// stderr and ends it with exit 74.
guard (4...5).contains(CommandLine.arguments.count), let first = Int(CommandLine.arguments[2]),
    let last = Int(CommandLine.arguments[3]), first <= last
else {
    FileHandle.standardError.write(Data("usage: journal-crash-tool PATH FIRST LAST [FOLDER]\n".utf8))
    exit(64)
}
do {
    let journal = try EventJournal(path: CommandLine.arguments[1])
    for number in first...last {
        try journal.accept(CrashSeries.event(number))
        if CommandLine.arguments.count == 5, number.isMultiple(of: 4) {
            try CrashSeries.approveAndExpire(
                journal, number, exportTo: URL(fileURLWithPath: CommandLine.arguments[4], isDirectory: true))
        }
        FileHandle.standardOutput.write(Data("\(number)\n".utf8))
        if number.isMultiple(of: 3) || number == last { try CrashSeries.foldAndAnswer(journal) }
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(74)
}
