// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "andon",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .target(name: "Domain"),
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
        .target(
            name: "Ingestion",
            dependencies: [
                "Domain", "CMosquitto", "CModbus", "Yams",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(name: "Simulation", dependencies: ["CModbus"]),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .target(name: "Troubleshooting", dependencies: ["Domain"]),
        .testTarget(
            name: "TroubleshootingTests", dependencies: ["Domain", "Troubleshooting"], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
