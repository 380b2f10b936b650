import VulkanCompute

/// How kernels are tested before a model is loaded onto a device.
public struct SelfTestOptions: Sendable {
    /// The file that keeps the verdict between runs, so that a device is tested once; `nil` tests at every load.
    public var verdictPath: String?
    /// Told what comes of it, on the thread that loads.
    public var report: @Sendable (SelfTestEvent) -> Void

    public init(verdictPath: String? = nil, report: @escaping @Sendable (SelfTestEvent) -> Void = { _ in }) {
        self.verdictPath = verdictPath
        self.report = report
    }
}

/// What comes of a self-test.
public enum SelfTestEvent: Sendable {
    /// A path is wrong on the device, and something else takes its place.
    case turnedOff(SelfTestFinding, device: DeviceDescription)
    /// The paths that were not known to be right have been tested.
    case finished(paths: Int, milliseconds: Double)
    /// The verdict could not be written, so the next run tests again.
    case notKept(reason: String)
}

/// Compares every kernel that a model takes with its CPU twin on the device at hand, and turns off what is wrong there:
/// some drivers compile some shaders wrongly, and text that looks right may then be wrong.
struct SelfTest {
    let kernels: ModelKernels
    let options: SelfTestOptions

    /// Tests what is not known yet.
    ///
    /// - Returns: the library with all that is wrong turned off in its profile.
    /// - Throws: ``ModelError`` with `.selfTest` for a wrong path that nothing can stand in for, `.device` if the device
    ///   fails.
    func settle(_ library: KernelLibrary) throws -> KernelLibrary {
        let device = library.device.description
        let key = SelfTestVerdict.Key(device, profile: library.profile)
        var verdict = options.verdictPath.flatMap { SelfTestVerdict.load($0, for: key) } ?? SelfTestVerdict(key: key)
        var library = verdict.findings.reduce(library) { $0.turningOff($1.feature) }
        var check = PathCheck(library, kernels: kernels)
        var tested = 0
        let start = ContinuousClock.now
        func unknown() -> KernelPath? {
            kernels.paths(library.profile).first { !verdict.passed.contains(kernels.name(of: $0)) }
        }
        while let path = unknown() {
            let name = kernels.name(of: path)
            tested += 1
            guard let problem = try problem(of: path, check) else {
                verdict.passed.append(name)
                continue
            }
            let feature = path.feature(library.profile) { BatchProduct.shape(library, format: $0) != nil }
            // What is off already cannot be turned off again, so this ends.
            guard let feature, library.profile.uses(feature) else {
                throw ModelError(
                    .selfTest,
                    "\(device.name), driver \(device.driver): \(name): \(problem); nothing else can do this")
            }
            let finding = SelfTestFinding(path: name, feature: feature, reason: problem)
            options.report(.turnedOff(finding, device: device))
            verdict.findings.append(finding)
            verdict.passed = []
            library = library.turningOff(feature)
            check = PathCheck(library, kernels: kernels)
        }
        if tested > 0 { finish(verdict, paths: tested, since: start) }
        return library
    }

    /// What is wrong with a path; `nil` if it is right.
    private func problem(of path: KernelPath, _ check: PathCheck) throws -> String? {
        do {
            let deviation = try check.deviation(of: path)
            return deviation.isRight ? nil : "error \(deviation.error), below \(deviation.ceiling) expected"
        } catch let error as VulkanError where error.code == .failed || error.code == .unsupported {
            // A driver that cannot compile a shader is as good as one that compiles it wrongly.
            return "\(error)"
        }
    }

    private func finish(_ verdict: SelfTestVerdict, paths: Int, since start: ContinuousClock.Instant) {
        options.report(.finished(paths: paths, milliseconds: start.duration(to: .now).milliseconds))
        guard let path = options.verdictPath else { return }
        do {
            try verdict.save(path)
        } catch {
            options.report(.notKept(reason: "\(error)"))
        }
    }
}

extension KernelLibrary {
    fileprivate func turningOff(_ feature: KernelFeature) -> KernelLibrary {
        var profile = profile
        profile.turnOff(feature)
        return KernelLibrary(self, profile: profile)
    }
}
