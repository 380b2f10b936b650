// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    targets: [
        .systemLibrary(
            name: "CVulkan", pkgConfig: "vulkan", providers: [.apt(["libvulkan-dev"])]),
        .target(name: "VulkanCompute", dependencies: ["CVulkan"]),
        .plugin(name: "CompileShaders", capability: .buildTool(), path: "shaders/Plugin"),
        .target(
            name: "Shaders", path: "shaders",
            exclude: ["Plugin", "ops", "matrix-ops", "formats", "include"],
            plugins: ["CompileShaders"]),
        .target(name: "GGUF"),
        .target(name: "Tokenization", dependencies: ["GGUF"]),
        .target(name: "ConstrainedDecoding"),
        .target(name: "Inference", dependencies: ["GGUF", "ConstrainedDecoding", "VulkanCompute", "Shaders"]),
        .testTarget(name: "GGUFTests", dependencies: ["GGUF"], exclude: ["Fixtures"]),
        .testTarget(name: "TokenizationTests", dependencies: ["GGUF", "Tokenization"], exclude: ["Fixtures"]),
        .testTarget(name: "ConstrainedDecodingTests", dependencies: ["ConstrainedDecoding"]),
        .testTarget(name: "VulkanComputeTests", dependencies: ["VulkanCompute", "Shaders", "CVulkan"]),
        .testTarget(
            name: "InferenceTests", dependencies: ["Inference", "GGUF", "ConstrainedDecoding", "VulkanCompute"],
            exclude: ["Reference"], resources: [.copy("Fixtures")]),
    ],
    swiftLanguageModes: [.v6]
)
