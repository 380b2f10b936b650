import ArgumentParser
import Domain
import Foundation
import Journal
import Terminal

struct AnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "The answer book: answers that are given again, and what technicians say of them.",
        subcommands: [List.self, Show.self, Approve.self, Edit.self, Withdraw.self])

    /// An answer in the book, as JSON shows it.
    private struct Record: Encodable {
        let id: Int64
        let code: FaultCode
        let machineModel: MachineModel?
        let language: Language
        let madeAt: Date
        let answer: Answer
        let approved: Answer?

        enum CodingKeys: String, CodingKey {
            case id, code, language, answer, approved
            case machineModel = "machine_model"
            case madeAt = "made_at"
        }

        init(_ entry: BookEntry) {
            id = entry.id
            code = entry.key.code
            machineModel = entry.key.machineModel
            language = entry.key.language
            madeAt = entry.madeAt
            answer = entry.answer
            approved = entry.approved
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the answers in the book.", discussion: "Example: andon answer list --code F004")

        @Option(help: "Only this code's.") var code: String?
        @OptionGroup var rows: RowLimit
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let wanted = try code.map { text in
                guard let code = FaultCode(text) else {
                    throw CommandError("--code \"\(text)\": expected a code with a letter or digit")
                }
                return code
            }
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: .readOnly)
            let entries = try journal.bookEntries(code: wanted, limit: rows.limit)
            let remainder = RowLimit.remainder(try journal.bookEntryCount(code: wanted) - entries.count)
            if json {
                if let remainder { Output.note(remainder) }
                return try Output.json(entries.map(Record.init))
            }
            if entries.isEmpty { Output.write("No answers in the book.") }
            for entry in entries {
                let approval = entry.approved?.approval.map { "\($0.edited ? "edited" : "approved") by \($0.by)" }
                Output.write(
                    [
                        String(entry.id), entry.key.code.written, entry.key.machineModel?.rawValue ?? "-",
                        entry.key.language.rawValue, entry.answer.status.rawValue, entry.answer.title ?? "-",
                        approval ?? "not approved",
                    ].joined(separator: "  "))
            }
            if let remainder { Output.write(remainder) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an answer as it is given.",
            discussion: """
                With --steps only its steps, as andon answer edit reads them: of several procedures each one's below a
                heading.

                Examples:
                  andon answer show 3
                  andon answer show 3 --steps > steps.txt
                """)

        @Flag(help: "Only the steps, to be edited.") var steps = false
        @OptionGroup var entry: EntryOptions
        @ParentCommand var root: Andon

        func run() async throws {
            let found = try entry.find(root, access: .readOnly).entry
            if entry.json { return try Output.json(Record(found)) }
            if steps { return Output.write(text: EditedProcedures.text(of: found.approved ?? found.answer)) }
            let renderer = AnswerRenderer(
                style: .forDescriptor(STDOUT_FILENO), columns: TerminalSize.columns(of: STDOUT_FILENO))
            Output.write(renderer.render(found.approved ?? found.answer, language: found.key.language))
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Mark an answer as right: it is given as it stands, whichever model is loaded.",
            discussion: """
                The approval holds until a new revision of the manual changes what it says about the code.

                Example: andon answer approve 3 --by Lin
                """)

        @OptionGroup var entry: EntryOptions
        @Option(help: "Who approves; else the login name.") var by: String?
        @ParentCommand var root: Andon

        func run() async throws { try entry.approve(root, by: by, text: nil) }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an answer's steps in your own words, approved at once.",
            discussion: """
                Reads one step a line from the file, or from stdin for -. Warnings and citations stay; a step that is \
                not in the answer has no citation, and the answer says who wrote it. An answer of several procedures \
                needs all of them, each below a heading of # and its citation, such as "# p1: fuse F3 blown", as \
                andon answer show --steps writes it.

                Example: andon answer edit 3 steps.txt --by Lin
                """)

        @OptionGroup var entry: EntryOptions
        @Argument(help: "A file with one step a line; - is stdin.") var file: String
        @Option(help: "Who writes; else the login name.") var by: String?
        @ParentCommand var root: Andon

        /// Longest file that is read, in bytes.
        private static let bytesLimit = 256 * 1024

        func run() async throws {
            let handle: FileHandle
            if file == "-" {
                handle = .standardInput
            } else if let opened = FileHandle(forReadingAtPath: file) {
                handle = opened
            } else {
                throw CommandError("\(file): expected a readable file with one step a line")
            }
            let bytes = try handle.read(upToCount: Self.bytesLimit + 1) ?? Data()
            guard bytes.count <= Self.bytesLimit, let text = String(data: bytes, encoding: .utf8) else {
                throw CommandError("\(file): expected UTF-8 text of at most \(Self.bytesLimit) bytes")
            }
            try entry.approve(root, by: by, text: (file, text))
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an approval back: the model's verified answer is given again.",
            discussion: "Example: andon answer withdraw 3")

        @OptionGroup var entry: EntryOptions
        @Option(help: "Who withdraws; else the login name.") var by: String?
        @ParentCommand var root: Andon

        func run() async throws {
            let (journal, found) = try entry.find(root, access: .readWrite)
            guard found.approved != nil else { throw CommandError("answer \(entry.id): nobody has approved it") }
            try journal.approve(nil, source: found.key.source, by: by ?? NSUserName())
            try entry.report(journal, "The approval of answer \(entry.id) is withdrawn.")
        }
    }

    /// Which answer of the book a command is about.
    struct EntryOptions: ParsableArguments {
        @Argument(help: "The answer's number in the book.") var id: Int64
        @Flag(help: "One JSON document.") var json = false
        @OptionGroup var options: GlobalOptions

        func find(
            _ root: Andon, access: EventJournal.Access
        ) throws -> (journal: EventJournal, entry: BookEntry) {
            let journal = try IncidentCommand.openJournal(options.over(root.options), access: access)
            guard let entry = try journal.bookEntry(id) else {
                throw CommandError("answer \(id): the book has none of this number; see andon answer list")
            }
            return (journal, entry)
        }

        /// - Parameter text: the steps in a person's own words, with the name of the file that has them.
        func approve(_ root: Andon, by: String?, text: (file: String, steps: String)?) throws {
            let (journal, entry) = try find(root, access: .readWrite)
            let name = by ?? NSUserName()
            let edited: [[String]]?
            do {
                edited = try text.map { try EditedProcedures.actions(in: $0.steps, of: entry.answer) }
            } catch let problem as EditedProcedures.Problem {
                throw CommandError("\(text?.file ?? ""): \(problem)")
            }
            guard let approved = entry.answer.approved(by: name, at: Date(), procedures: edited) else {
                throw CommandError(
                    "answer \(id): expected 1 to \(Answer.editedStepsLimit) steps a procedure, of at most"
                        + " \(Answer.editedStepLimit) characters")
            }
            try journal.approve(approved, source: entry.key.source, by: name)
            try report(journal, "Answer \(id) is approved by \(name).")
        }

        func report(_ journal: EventJournal, _ text: String) throws {
            guard json else { return Output.write(text) }
            if let entry = try journal.bookEntry(id) { try Output.json(Record(entry)) }
        }
    }
}
