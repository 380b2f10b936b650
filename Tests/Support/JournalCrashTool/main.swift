import Domain
import Foundation
import Incidents
import Journal

// Appends the events FIRST...LAST of a fixed series to the journal at PATH, prints each number once its event is
// durable, and folds and answers beside it. A test kills it at any moment and starts it again from the first number
// that was not printed. An error goes to stderr and ends it with exit 74.
guard CommandLine.arguments.count == 4, let first = Int(CommandLine.arguments[2]),
    let last = Int(CommandLine.arguments[3]), first <= last
else {
    FileHandle.standardError.write(Data("usage: journal-crash-tool PATH FIRST LAST\n".utf8))
    exit(64)
}
do {
    let journal = try EventJournal(path: CommandLine.arguments[1])
    for number in first...last {
        try journal.accept(CrashSeries.event(number))
        FileHandle.standardOutput.write(Data("\(number)\n".utf8))
        if number.isMultiple(of: 3) || number == last { try CrashSeries.foldAndAnswer(journal) }
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(74)
}
