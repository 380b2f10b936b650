// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0")
    ],
    targets: [
        .target(name: "Domain"),
        .target(name: "Incidents", dependencies: ["Domain"]),
        .target(name: "Journal", dependencies: ["Domain", .product(name: "GRDB", package: "GRDB.swift")]),
        .executableTarget(
            name: "journal-crash-tool", dependencies: ["Domain", "Incidents", "Journal"],
            path: "Tests/Support/JournalCrashTool"),
        .target(name: "TestSupport", path: "Tests/Support/TestSupport"),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .testTarget(name: "IncidentsTests", dependencies: ["Domain", "Incidents", "TestSupport"]),
        .testTarget(
            name: "JournalTests",
            dependencies: [
                "Domain", "Incidents", "Journal", "TestSupport", "journal-crash-tool",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
