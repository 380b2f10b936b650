import Extraction
import Inference
import Tokenization

extension Appliance {
    /// Has the model write one record, for an ``Extraction/Extractor``.
    public func record(_ messages: [ChatMessage], _ task: ExtractionTask) async throws -> RecordText {
        do {
            let completion = try await complete(
                CompletionRequest(
                    messages: messages, format: .jsonSchema(task.schema), maxTokens: task.maxTokens))
            return RecordText(json: completion.text, isTruncated: completion.isTruncated)
        } catch let error as ModelError where error.code == .contextOverflow {
            throw DocumentRefusal("\(error)")
        }
    }
}
