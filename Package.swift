// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(name: "Domain"),
        .target(
            name: "Manuals",
            dependencies: [
                "Domain",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .testTarget(name: "ManualsTests", dependencies: ["Manuals", "Domain"]),
    ],
    swiftLanguageModes: [.v6]
)
