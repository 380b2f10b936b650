// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    products: [
        .library(name: "ConstrainedDecoding", targets: ["ConstrainedDecoding"])
    ],
    targets: [
        .target(name: "ConstrainedDecoding"),
        .testTarget(name: "ConstrainedDecodingTests", dependencies: ["ConstrainedDecoding"]),
    ],
    swiftLanguageModes: [.v6]
)
