import Terminal

/// Shows a report to people.
struct BenchModelPrinter {
    let report: BenchModelReport

    func show() {
        showModel()
        showGeneration()
        if !report.kernels.isEmpty || !report.kernelsSkipped.isEmpty { showKernels() }
        if let plan = report.plan { show(plan) }
    }

    private func line(_ name: String, _ text: String) {
        Output.write(name.padding(toLength: 13, withPad: " ", startingAt: 0) + text)
    }

    private func rate(_ bytesPerSecond: Double) -> String { "\(Quantity.bytes(bytesPerSecond))/s" }

    private func showModel() {
        Output.write("\(report.model) on \(report.device), \(report.driver)")
        line(
            "weights",
            "\(Quantity.bytes(Double(report.weightBytes))) in \(report.layers) layers;"
                + " \(Quantity.bytes(Double(report.bytesPerToken))) are read for each token")
        line("copy", "\(rate(report.peakBytesPerSecond)) read and written: the yardstick")
        line(
            "starting",
            "\(Quantity.text(report.dispatchUs)) us a dispatch, \(Quantity.text(report.submissionUs)) us a submission")
        line("load", "\(Quantity.text(report.loadMs)) ms; weights came at \(rate(report.loadBytesPerSecond))")
    }

    private func showGeneration() {
        line("prefill", "\(spread(report.prefillTokensPerSecond, "tokens/s")), \(report.promptTokens) tokens")
        line("decode", "\(spread(report.decodeTokensPerSecond, "tokens/s")), \(report.newTokens) tokens")
        line(
            "",
            "\(rate(report.decodeBytesPerSecond)) of weights, \(Quantity.percent(report.fractionOfPeak)) of a copy;"
                + " \(report.dispatchesPerToken) dispatches a token, \(Quantity.text(report.dispatchesPerLayer)) a layer;"
                + " \(Quantity.text(report.cpuMsPerToken.median)) ms of CPU time a token")
        for batch in report.batches {
            line("", "\(batch.texts) texts together: \(spread(batch.tokensPerSecond, "tokens/s"))")
        }
        for first in report.firstTokens {
            let name = first.promptTokens == report.firstTokens.first?.promptTokens ? "first token" : ""
            let time = first.ms.map { spread($0, "ms") } ?? "left out: \(first.skipped ?? "")"
            line(name, "prompt of \(first.promptTokens): \(time)")
        }
    }

    private func spread(_ spread: Spread, _ unit: String) -> String {
        let median = "\(Quantity.text(spread.median)) \(unit)"
        guard spread.runs > 1 else { return median }
        return "\(median) (median of \(spread.runs), greatest \(Quantity.text(spread.maximum)))"
    }

    private func showKernels() {
        Output.write("")
        var table = TextTable(header: [
            "kernel", "pass", "columns", "context", "a pass", "us each", "moves", "a second", "of copy",
        ])
        for kernel in report.kernels {
            table.add([
                kernel.kernel, kernel.pass, "\(kernel.columns)", kernel.contextTokens.map { "\($0)" } ?? "",
                "\(kernel.countPerPass)", Quantity.text(kernel.medianUs), Quantity.bytes(Double(kernel.bytes)),
                Quantity.bytes(kernel.bytesPerSecond), Quantity.percent(kernel.fractionOfPeak),
            ])
        }
        Output.write(table.lines)
        for skipped in report.kernelsSkipped { Output.write("left out: \(skipped)") }
    }

    private func show(_ plan: BenchModelPlan) {
        Output.write("")
        Output.write("Predicted for \(plan.card), not measured:")
        for decode in plan.decode {
            line("decode", "\(Quantity.text(decode.tokensPerSecond)) tokens/s after \(decode.contextTokens) tokens")
        }
        line(
            "prefill",
            "\(Quantity.text(plan.prefillTokensPerSecond)) tokens/s over \(plan.promptTokens) tokens;"
                + " \(Quantity.text(plan.prefillWithoutMatricesTokensPerSecond)) without cooperative matrices")
        line("memory", plan.memory)
        Output.write("It rests on:")
        for assumption in plan.assumptions { Output.write("  - \(assumption)") }
    }
}
