import APIClient
import Appliance
import ArgumentParser
import ConstrainedDecoding
import Extraction
import Foundation
import Tokenization

struct ExtractCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Turn log lines or documents into JSON records of a schema.",
        discussion: """
            Reads stdin and writes one line of JSON for each line that is not blank (or each paragraph, or all of the \
            input, as the task says), in their order. Every record fits the schema. A field that the schema marks with \
            x-verbatim is made of words of the input, or null and named on stderr. A line that gives no record gives \
            null, stderr says why, and the exit code is 65.

            The task says what to do and gives examples: machine-log, contract-risk, product-spec, one of \
            /etc/andon/tasks, or a file. Uses the model of the running appliance; without one it loads the model itself.

            Examples:
              andon extract --task machine-log < /var/log/plc.log > records.jsonl
              andon extract --schema alarm.json < alarms.csv
              andon extract --schema alarm.json --task my-task.yaml --json < alarms.csv | jq .record
              tail -f /var/log/plc.log | andon extract --task machine-log
            """)

    @Option(help: "A file with the JSON Schema of a record; else the task's own.") var schema: String?
    @Option(help: "A task's name, or a .yaml file.") var task: String?
    @Flag(help: "JSON Lines with the line's number, the record and what is to be known of it.") var json = false
    @OptionGroup var options: GlobalOptions
    @ParentCommand var root: Andon

    func validate() throws {
        guard schema != nil || task != nil else { throw ValidationError("expected --schema, --task or both") }
    }

    func run() async throws {
        let settings = options.over(root.options)
        let shipped = try ShippedFiles.locate()
        let chosen = try chosenTask(ExtractionTaskCatalog(shipped: shipped))
        let extractor = Extractor(task: chosen, complete: try await completer(settings, shipped))
        let documents = StandardInputDocuments(chosen.input)
        var failed = 0
        var total = 0
        try await extractor.run(next: { try await documents.next() }) { extraction in
            total += 1
            if case .failed = extraction.outcome { failed += 1 }
            Output.json(text: json ? extraction.detailedLine : extraction.recordLine)
            if !json { extraction.notes.forEach { Output.note($0) } }
        }
        guard failed == 0 else { throw CommandError("stdin: \(failed) of \(total) documents gave no record") }
    }

    private func chosenTask(_ catalog: ExtractionTaskCatalog) throws -> ExtractionTask {
        let text = try schema.map(InputFile.schema)
        do {
            if let task { return try catalog.task(named: task, schema: text) }
            return try ExtractionTask(schema: text ?? "")
        } catch let error as ExtractionTaskError {
            throw CommandError("\(schema ?? ""): \(error)")
        }
    }

    private func completer(
        _ settings: GlobalOptions.Settings, _ shipped: ShippedFiles
    ) async throws -> Extractor.Complete {
        let client = APIClient(socketPath: settings.dataDirectory.socketPath)
        if await client.isServing() { return { try await client.record($0, $1) } }
        let appliance = try Appliance(
            configuration: settings.configuration(shipped), directory: settings.dataDirectory, shipped: shipped,
            logger: settings.logger("andon"))
        return { try await appliance.record($0, $1) }
    }
}

extension APIClient {
    fileprivate func record(_ messages: [ChatMessage], _ task: ExtractionTask) async throws -> RecordText {
        do {
            let completion = try await complete(
                ChatCompletionRequest(
                    messages: messages.map { .init(role: $0.role.rawValue, content: $0.content) },
                    maxTokens: task.maxTokens, responseFormat: .init(schema: task.schema)))
            guard let choice = completion.choices.first else {
                throw APIError(.badResponse, "the appliance sent an answer without a choice")
            }
            return RecordText(json: choice.message.content, isTruncated: choice.finishReason == "length")
        } catch let error as APIError where error.code == .tooLarge {
            throw DocumentRefusal(error.detail)
        }
    }
}
