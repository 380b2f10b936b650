import Foundation
import Ingestion
import Testing

@testable import Appliance
@testable import Inference
@testable import VulkanCompute

@Suite("GPU profiles")
struct GPUProfileTests {
    private static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../device-profiles/gpus").standardizedFileURL

    /// A device with the limits of NVIDIA's cards.
    private static func device(
        _ pciID: String, kind: DeviceDescription.Kind = .discrete, lanes: Int = 32, sharedMemoryBytes: Int = 49_152
    ) -> DeviceDescription {
        DeviceDescription(
            index: 0, name: "card", kind: kind, driver: "driver 1", apiVersion: "1.3.0", pciAddress: nil, pciID: pciID,
            heaps: [],
            limits: DeviceDescription.Limits(
                storageBufferRangeBytes: 1 << 31, storageBufferAlignmentBytes: 16,
                workgroupCount: [65_535, 65_535, 65_535],
                workgroupInvocations: 1024, sharedMemoryBytes: sharedMemoryBytes, pushConstantBytes: 128,
                allocationBytes: 1 << 31, timestampPeriodNs: 1),
            subgroupSize: lanes, missing: [])
    }

    /// Folders of profiles by name, the site's first.
    private struct Folders {
        let directory: TemporaryDirectory
        let catalog: GPUProfileCatalog

        init(_ folders: [String: String]...) throws {
            directory = try TemporaryDirectory()
            var urls: [URL] = []
            for (index, files) in folders.enumerated() {
                let folder = directory.url.appendingPathComponent("\(index)")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                for (name, text) in files {
                    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
                }
                urls.append(folder)
            }
            catalog = GPUProfileCatalog(folders: urls)
        }
    }

    @Test(
        "every sort of device finds its shipped profile, which fits it",
        arguments: [
            ("10de:2882", DeviceDescription.Kind.discrete, 32, "rtx-4060"), ("10de:2684", .discrete, 32, "rtx-4090"),
            ("10de:1f08", .discrete, 32, "nvidia"), ("1002:744c", .discrete, 64, "amd"),
            ("1002:164e", .integrated, 64, "amd"), ("8086:5690", .discrete, 32, "intel"),
            ("8086:a780", .integrated, 32, "intel"), ("10005:0000", .cpu, 8, "llvmpipe"),
            ("1ed5:0300", .discrete, 32, "built-in"), ("1ae0:c0de", .cpu, 4, "built-in"),
        ])
    func shipped(pciID: String, kind: DeviceDescription.Kind, lanes: Int, name: String) throws {
        let device = Self.device(pciID, kind: kind, lanes: lanes)
        let profile = try GPUProfileCatalog(folders: [Self.shipped]).profile(for: device)
        #expect(profile.name == name)
        #expect((profile.file == nil) == (name == "built-in"))
        #expect(profile.kernels.lanes == lanes)
        #expect(profile.kernels.lanesTakeRows == (kind == .cpu))
        try profile.kernels.requireFit(device)
    }

    @Test("llvmpipe's profile has the measured values that are built in too")
    func llvmpipe() throws {
        let device = Self.device("10005:0000", kind: .cpu, lanes: 8)
        let profile = try GPUProfileCatalog(folders: [Self.shipped]).profile(for: device)
        #expect(profile.kernels == KernelProfile(device: device))
    }

    @Test("all keys of a profile are read, and what it leaves out is built in")
    func allKeys() throws {
        let folders = try Folders([
            "a.yaml": """
            devices: [{ pci: "10DE:2882" }]
            kernels:
              subgroups: 2
              lanes_take_rows: true
              product_rows: 8
              product_columns: 4
              batch_rows: 32
              batch_columns: 48
              attention_split_positions: 96
              attention_splits: 5
            memory: { reserve_mib: 700, contexts: 3, batch_tokens: 128 }
            disabled:
              - { feature: fused-gates, reason: wrong with driver 1 }
            """,
            "b.yaml": "devices: [{ kind: integrated }]",
        ])
        let profile = try folders.catalog.profile(for: Self.device("10de:2882"))
        var expected = KernelProfile(device: Self.device("10de:2882"))
        (expected.subgroups, expected.lanesTakeRows, expected.productRows, expected.productColumns) = (2, true, 8, 4)
        (expected.batchRows, expected.batchColumns) = (32, 48)
        (expected.attentionSplitPositions, expected.attentionSplits) = (96, 5)
        expected.turnOff(.fusedGates)
        #expect(profile.kernels == expected)
        #expect(profile.reserveMiB == 700 && profile.contexts == 3 && profile.batchTokens == 128)
        #expect(profile.disabled == [.init(feature: .fusedGates, reason: "wrong with driver 1")])
        #expect(profile.summary.hasSuffix("a.yaml), without fused-gates (wrong with driver 1)"))
        let integrated = Self.device("1:2", kind: .integrated)
        #expect(try folders.catalog.profile(for: integrated).kernels == KernelProfile(device: integrated))
    }

    @Test("the narrowest profile wins, and any of the site's before the shipped ones")
    func order() throws {
        let patterns = [
            "kind.yaml": "devices: [{ kind: discrete }]", "vendor.yaml": "devices: [{ vendor: \"10de\" }]",
            "both.yaml": "devices: [{ vendor: \"10de\", kind: discrete }]",
            "pci.yaml": "devices: [{ pci: \"8086:1234\" }, { pci: \"10de:2882\" }]",
        ]
        let shipped = try Folders(patterns)
        #expect(try shipped.catalog.profile(for: Self.device("10de:2882")).name == "pci")
        #expect(try shipped.catalog.profile(for: Self.device("10de:0001")).name == "both")
        #expect(try shipped.catalog.profile(for: Self.device("10de:0001", kind: .virtual)).name == "vendor")
        #expect(try shipped.catalog.profile(for: Self.device("10de1:0001")).name == "kind")
        #expect(try shipped.catalog.profile(for: Self.device("1002:0001", kind: .virtual)).name == "built-in")
        let folders = try Folders(["site.yaml": "devices: [{ kind: discrete }]"], patterns)
        #expect(try folders.catalog.profile(for: Self.device("10de:2882")).name == "site")
        #expect(try folders.catalog.profile(for: Self.device("10de:2882", kind: .virtual)).name == "pci")
    }

    @Test("two that fit alike are an error that names both")
    func ambiguous() throws {
        let folders = try Folders([
            "a.yaml": "devices: [{ vendor: \"10de\" }]", "b.yaml": "devices: [{ kind: cpu }, { vendor: \"10de\" }]",
        ])
        #expect {
            try folders.catalog.profile(for: Self.device("10de:2882"))
        } throws: { error in
            let text = "\(error)"
            return error is GPUProfileCatalogError && text.contains("a.yaml") && text.contains("b.yaml")
                && text.contains("10de:2882")
        }
        #expect(try folders.catalog.profile(for: Self.device("1:2", kind: .cpu)).name == "b")
    }

    @Test(
        "what is wrong is refused with file, line, key and expectation, also for another device",
        arguments: [
            ("kernels: {}", "a.yaml:1: devices: expected at least one device"),
            ("devices: [{ pci: \"4060\" }]", "a.yaml:1: devices[0].pci: expected vendor and device id such as"),
            ("devices: [{ vendor: nvidia }]", "a.yaml:1: devices[0].vendor: expected a vendor id such as \"10de\""),
            ("devices: [{ kind: fast }]", "devices[0].kind: expected one of discrete, integrated"),
            ("devices: [{ pci: \"10de:2882\", kind: cpu }]", "devices[0].pci: expected either pci, or vendor and kind"),
            ("devices: [{}]", "devices[0].pci: expected either"),
            (
                "devices: [{ kind: cpu }]\nkernels:\n  subgroups: 64",
                "a.yaml:3: kernels.subgroups: expected a whole number from 1 to 32, got \"64\""
            ),
            (
                "devices: [{ kind: cpu }]\nkernels:\n  product_rows: 6",
                "a.yaml:3: kernels.product_rows: expected a multiple of 4, got 6"
            ),
            (
                "devices: [{ kind: cpu }]\nkernels:\n  product_columns: 12",
                "a.yaml:3: kernels.product_columns: expected a power of two, got 12"
            ),
            (
                "devices: [{ kind: cpu }]\nkernels:\n  lanes_take_rows: maybe",
                "a.yaml:3: kernels.lanes_take_rows: expected true or false"
            ),
            (
                "devices: [{ kind: cpu }]\nkernels:\n  rows: 4",
                "a.yaml:3: kernels.rows: unknown key, expected one of subgroups, lanes_take_rows"
            ),
            (
                "devices: [{ kind: cpu }]\ndisabled: [{ feature: x, reason: y }]",
                "a.yaml:2: disabled[0].feature: expected one of cooperative-matrices, batch-tiles"
            ),
            (
                "devices: [{ kind: cpu }]\ndisabled: [{ feature: fused-gates }]",
                "a.yaml:2: disabled[0].reason: expected this key"
            ),
            ("devices: [{ kind: cpu }]\nmemory: { reserve_mib: -1 }", "memory.reserve_mib: expected a whole number"),
        ])
    func refuses(text: String, problem: String) throws {
        let folders = try Folders(["a.yaml": text])
        #expect {
            try folders.catalog.profile(for: Self.device("10de:2882"))
        } throws: { error in
            error is StrictYAMLError && "\(error)".contains(problem)
        }
    }

    @Test("values beyond the device's limits are refused there, and only there")
    func beyondDevice() throws {
        let folders = try Folders([
            "a.yaml": "devices: [{ vendor: \"10de\" }]\nkernels:\n  batch_rows: 128\n  batch_columns: 128"
        ])
        #expect {
            try folders.catalog.profile(for: Self.device("10de:2882"))
        } throws: { error in
            let text = "\(error)"
            return text.contains("a.yaml:3: kernels: a batch tile of 128 rows and 128 columns needs")
                && text.contains("card has 1024 and 49152")
        }
        let large = Self.device("10de:2882", sharedMemoryBytes: 65_536)
        #expect(try folders.catalog.profile(for: large).kernels.batchRows == 128)
        #expect(try folders.catalog.profile(for: Self.device("1002:0001")).name == "built-in")
    }

    @Test("the doctor names the profile and what it disables, the self-test's findings, and a bad file")
    func doctor() throws {
        let folders = try Folders([
            "card.yaml": """
            devices: [{ vendor: "10de" }]
            disabled: [{ feature: cooperative-matrices, reason: slower here }]
            """
        ])
        let device = Self.device("10de:2882")
        let verdict = folders.directory.url.appendingPathComponent("self-test.json").path
        let check = DeviceCheck(
            device: device, deviceCount: 1, profiles: folders.catalog, verdictPath: verdict)
        #expect(check.check().state == .good)
        #expect(check.check().detail.contains("card.yaml), without cooperative-matrices (slower here)"))
        let profile = try folders.catalog.profile(for: device)
        var kept = SelfTestVerdict(key: SelfTestVerdict.Key(device, profile: profile.kernels))
        kept.findings = [SelfTestFinding(path: "gates in Q4_K", feature: .fusedGates, reason: "error 0.5")]
        try kept.save(verdict)
        #expect(check.check().state == .warning)
        #expect(check.check().detail.contains("turned off fused-gates (gates in Q4_K: error 0.5)"))
        try Data("devices: 1".utf8).write(to: folders.directory.url.appendingPathComponent("0/card.yaml"))
        #expect(check.check().state == .failed)
        #expect(check.check().detail.contains("card.yaml:1: devices"))
    }
}
