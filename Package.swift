// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "Andon",
    products: [
        .library(name: "GGUF", targets: ["GGUF"])
    ],
    targets: [
        .target(name: "GGUF"),
        .testTarget(name: "GGUFTests", dependencies: ["GGUF"], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
