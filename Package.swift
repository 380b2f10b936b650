// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    products: [.executable(name: "andon", targets: ["andon"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "Domain"),
        .target(name: "Platform"),
        .target(name: "GGUF", dependencies: ["Platform"]),
        .target(name: "Tokenization", dependencies: ["GGUF"]),
        .target(name: "ConstrainedDecoding"),
        .target(
            name: "Journal", dependencies: ["Domain", "Platform", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "Incidents", dependencies: ["Domain"]),
        .target(
            name: "Ingestion",
            dependencies: [
                "Domain", "CMosquitto", "CModbus", "Platform", "Yams",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], exclude: ["Sparkplug/SparkplugPayload.proto"]),
        .target(
            name: "Manuals",
            dependencies: [
                "CExpat", "CZlib", "Domain", "Platform", "Yams",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "Troubleshooting", dependencies: ["Domain"]),
        .target(name: "Extraction", dependencies: ["ConstrainedDecoding", "Tokenization"]),
        .target(name: "Simulation", dependencies: ["CModbus", "Domain"]),
        .target(
            name: "APIClient",
            dependencies: [
                "Domain",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .target(name: "Terminal", dependencies: ["Domain"]),
        .systemLibrary(name: "CVulkan", pkgConfig: "vulkan", providers: [.apt(["libvulkan-dev"])]),
        .target(name: "VulkanCompute", dependencies: ["CVulkan"]),
        .plugin(name: "CompileShaders", capability: .buildTool(), path: "shaders/Plugin"),
        .target(
            name: "Shaders", path: "shaders",
            exclude: ["Plugin", "ops", "matrix-ops", "formats", "include"],
            plugins: ["CompileShaders"]),
        .target(name: "Inference", dependencies: ["ConstrainedDecoding", "GGUF", "Shaders", "VulkanCompute"]),
        .target(
            name: "Appliance",
            dependencies: [
                "APIClient", "ConstrainedDecoding", "Domain", "Extraction", "GGUF", "Incidents", "Inference",
                "Ingestion",
                "Journal", "Manuals", "Platform", "Simulation", "Tokenization", "Troubleshooting", "VulkanCompute",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "andon",
            dependencies: [
                "APIClient", "Appliance", "ConstrainedDecoding", "Domain", "Extraction", "GGUF", "Inference",
                "Ingestion",
                "Journal", "Manuals", "Platform", "Simulation", "Terminal", "Tokenization", "Troubleshooting",
                "VulkanCompute",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "journal-crash-tool", dependencies: ["Domain", "Incidents", "Journal"],
            path: "Tests/Support/JournalCrashTool"),
        .executableTarget(
            name: "library-crash-tool", dependencies: ["Manuals"], path: "Tests/Support/LibraryCrashTool"),
        .target(name: "TestSupport", path: "Tests/Support/TestSupport"),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .testTarget(name: "GGUFTests", dependencies: ["GGUF", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "TokenizationTests", dependencies: ["GGUF", "TestSupport", "Tokenization"], exclude: ["Fixtures"]),
        .testTarget(name: "ConstrainedDecodingTests", dependencies: ["ConstrainedDecoding", "TestSupport"]),
        .testTarget(name: "IncidentsTests", dependencies: ["Domain", "Incidents", "TestSupport"]),
        .testTarget(
            name: "IngestionTests", dependencies: ["CModbus", "Domain", "Ingestion", "Simulation", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "VulkanComputeTests", dependencies: ["CVulkan", "Shaders", "VulkanCompute"]),
        .testTarget(
            name: "InferenceTests",
            dependencies: ["ConstrainedDecoding", "GGUF", "Inference", "TestSupport", "VulkanCompute"],
            exclude: ["Reference"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "TroubleshootingTests", dependencies: ["Domain", "Manuals", "TestSupport", "Troubleshooting"],
            exclude: ["Fixtures"]),
        .testTarget(name: "ExtractionTests", dependencies: ["ConstrainedDecoding", "Extraction", "TestSupport"]),
        .testTarget(
            name: "JournalTests",
            dependencies: [
                "Domain", "Incidents", "Journal", "TestSupport", "journal-crash-tool",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "ManualsTests",
            dependencies: [
                "Domain", "Manuals", "TestSupport", "library-crash-tool", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ApplianceTests",
            dependencies: [
                "APIClient", "Appliance", "ConstrainedDecoding", "Domain", "Extraction", "GGUF", "Incidents",
                "Inference", "Ingestion", "Journal", "Manuals", "Simulation", "TestSupport", "Tokenization",
                "Troubleshooting", "VulkanCompute", "andon", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(name: "TerminalTests", dependencies: ["Domain", "Terminal"]),
    ],
    swiftLanguageModes: [.v6]
)
