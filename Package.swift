// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    targets: [
        .target(name: "Domain"),
        .target(name: "Terminal", dependencies: ["Domain"]),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal"]),
    ],
    swiftLanguageModes: [.v6]
)
