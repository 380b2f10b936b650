// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    targets: [
        .target(name: "Domain"),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .target(name: "Troubleshooting", dependencies: ["Domain"]),
        .testTarget(
            name: "TroubleshootingTests", dependencies: ["Domain", "Troubleshooting"], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
