import Testing

@testable import Inference
@testable import VulkanCompute

@Suite("a kernel profile")
struct KernelProfileTests {
    private func profile(_ change: (inout KernelProfile) -> Void) throws -> (KernelProfile, DeviceDescription) {
        let device = try #require(VulkanInstance().devices().first { $0.kind == .cpu })
        var profile = KernelProfile(device: device)
        change(&profile)
        return (profile, device)
    }

    @Test("that fits its device is taken; one that does not is refused with the value and what is allowed")
    func fits() throws {
        let changes: [(String?, (inout KernelProfile) -> Void)] = [
            (nil, { _ in }), (nil, { $0.subgroups = 4 }),
            (nil, { $0.lanesTakeRows = false }),
            ("lanes", { $0.lanes *= 2 }),
            ("0 subgroups, 1 to 32 expected", { $0.subgroups = 0 }),
            ("33 subgroups", { $0.subgroups = 33 }),
            ("6 product rows, 4 to 16 in steps of 4 expected", { $0.productRows = 6 }),
            ("12 product columns, a power of two expected", { $0.productColumns = 12 }),
            ("64 product columns, 1 to 32 expected", { $0.productColumns = 64 }),
            ("batch rows", { $0.batchRows = 18 }),
            ("batch columns", { $0.batchColumns = 0 }),
            ("bytes of shared memory", { ($0.batchRows, $0.batchColumns, $0.lanesTakeRows) = (256, 256, false) }),
            ("attention split positions", { $0.attentionSplitPositions = 5000 }),
            ("attention splits", { $0.attentionSplits = 33 }),
        ]
        for (problem, change) in changes {
            let (profile, device) = try profile(change)
            do {
                try profile.requireFit(device)
                #expect(problem == nil, "\(problem ?? "")")
            } catch {
                #expect(error.code == .badProfile)
                #expect(problem.map(error.detail.contains) == true, "\(error)")
            }
        }
    }

    @Test("is refused before anything is loaded")
    func isChecked() throws {
        let file = try SyntheticModel.make(.f16)
        try withValidatedDevice { device in
            var profile = KernelProfile(device: device.description)
            profile.productRows = 3
            #expect {
                try LanguageModel(file: file.gguf, device: device, options: .init(profile: profile))
            } throws: { ($0 as? ModelError)?.code == .badProfile }
        }
    }

    @Test("does without what is turned off")
    func turnsOff() throws {
        var (profile, _) = try profile { ($0.lanesTakeRows, $0.productColumns, $0.attentionSplits) = (false, 16, 8) }
        #expect(profile.hasBatchProducts && profile.uses(.batchTiles))
        profile.turnOff(.columns8)
        #expect(profile.productColumns == 4)
        profile.turnOff(.columns32)
        #expect(profile.productColumns == 4, "fewer stay fewer")
        profile.turnOff(.splitAttention)
        #expect(profile.attentionSplits == 1)
        profile.turnOff(.batchTiles)
        #expect(!profile.hasBatchProducts && !profile.lanesTakeRows)
        profile.turnOff(.sharedRows)
        #expect(profile.lanesTakeRows)
        let four: Set<KernelFeature> = [.columns8, .columns32, .splitAttention, .batchTiles, .sharedRows]
        #expect(profile.disabled == four)
        #expect(KernelFeature.allCases.compactMap(\.columns).allSatisfy { KernelFeature.columns($0)?.columns == $0 })
    }
}
