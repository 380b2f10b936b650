// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Andon",
    products: [
        .library(name: "GGUF", targets: ["GGUF"]),
        .library(name: "Tokenization", targets: ["Tokenization"]),
    ],
    targets: [
        .target(name: "GGUF"),
        .target(name: "Tokenization", dependencies: ["GGUF"]),
        .testTarget(name: "GGUFTests", dependencies: ["GGUF"], exclude: ["Fixtures"]),
        .testTarget(name: "TokenizationTests", dependencies: ["GGUF", "Tokenization"], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
