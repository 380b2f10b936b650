import Foundation
import PackagePlugin

/// Compiles the GLSL of `shaders/` to SPIR-V with Debian's `glslc` and hands the result over as resources.
///
/// `ops/NAME.comp` becomes `NAME.spv`. `matrix-ops/NAME.comp` reads quantized weights and becomes one
/// `NAME.FORMAT.spv` for each `formats/FORMAT/format.glsl`, so a new format costs one GLSL file. Names that end in `_khr`
/// need `GL_KHR_cooperative_matrix`, which only newer compilers know; with an older one they are left out.
@main
struct CompileShaders: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let root = target.directoryURL
        let output = context.pluginWorkDirectoryURL
        let include = root.appending(path: "include")
        let formats = try children(of: root.appending(path: "formats")).filter { $0.pathExtension.isEmpty }
        let includes = try children(of: include) + formats.map { $0.appending(path: "format.glsl") }

        func command(_ source: URL, _ name: String, _ extraInclude: [URL]) -> Command {
            let result = output.appending(path: "\(name).spv")
            let paths = (extraInclude + [include]).flatMap { ["-I", $0.path] }
            return .buildCommand(
                displayName: "Compiling shader \(name)",
                executable: compiler,
                arguments: ["--target-env=vulkan1.3", "-O", "-Werror"] + paths + ["-o", result.path, source.path],
                inputFiles: [source] + includes,
                outputFiles: [result])
        }

        var commands: [Command] = []
        for source in try shaders(in: root.appending(path: "ops")) {
            commands.append(command(source, source.deletingPathExtension().lastPathComponent, []))
        }
        let knowsKHR = try compilerKnows("GL_KHR_cooperative_matrix", scratch: output)
        for source in try shaders(in: root.appending(path: "matrix-ops")) {
            let operation = source.deletingPathExtension().lastPathComponent
            guard knowsKHR || !operation.hasSuffix("_khr") else { continue }
            for format in formats {
                commands.append(command(source, "\(operation).\(format.lastPathComponent)", [format]))
            }
        }
        return commands
    }

    private let compiler = URL(fileURLWithPath: "/usr/bin/glslc")

    /// Asks the compiler whether it takes an extension, by having it compile a shader that requires it.
    private func compilerKnows(_ extensionName: String, scratch: URL) throws -> Bool {
        let source = scratch.appending(path: "probe.comp")
        let text = "#version 450\n#extension \(extensionName) : require\nvoid main() {}\n"
        try text.write(to: source, atomically: true, encoding: .utf8)
        let probe = Process()
        probe.executableURL = compiler
        probe.arguments = ["--target-env=vulkan1.3", "-o", "/dev/null", source.path]
        probe.standardError = FileHandle.nullDevice
        try probe.run()
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }

    private func children(of directory: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: directory, includingPropertiesForKeys: nil, options: .skipsHiddenFiles
        )
        .sorted { $0.path < $1.path }
    }

    private func shaders(in directory: URL) throws -> [URL] {
        try children(of: directory).filter { $0.pathExtension == "comp" }
    }
}
