/// A graphics card as its data sheet describes it, to plan for one that is not at hand.
///
/// Sources: NVIDIA Ada GPU architecture whitepaper for the RTX cards; NVIDIA H100 and H200 data sheets. Rates of matrices
/// are without sparsity.
public struct GraphicsCard: Sendable, Equatable {
    /// As commands name it.
    public let name: String
    /// As its driver names it.
    public let deviceName: String
    /// Bytes a second that its memory reads.
    public let bandwidth: Double
    /// What its driver lets a process use, less a desktop's share.
    public let usableBytes: Int
    /// Operations a second with float16 matrices and float32 sums.
    public let matrixRate: Double
    /// Operations a second in float32, without matrices.
    public let floatRate: Double

    /// The cards that this engine is made for, and those that it may be measured on.
    public static let all = [
        GraphicsCard(
            name: "rtx-4060", deviceName: "NVIDIA GeForce RTX 4060", bandwidth: 272e9, usableBytes: 7_500 << 20,
            matrixRate: 30.2e12, floatRate: 15.1e12),
        GraphicsCard(
            name: "rtx-4090", deviceName: "NVIDIA GeForce RTX 4090", bandwidth: 1008e9, usableBytes: 23_500 << 20,
            matrixRate: 165.2e12, floatRate: 82.6e12),
        GraphicsCard(
            name: "h100", deviceName: "NVIDIA H100 80GB HBM3", bandwidth: 3350e9, usableBytes: 79_000 << 20,
            matrixRate: 989e12, floatRate: 67e12),
        GraphicsCard(
            name: "h200", deviceName: "NVIDIA H200", bandwidth: 4800e9, usableBytes: 139_000 << 20,
            matrixRate: 989e12, floatRate: 67e12),
    ]
}

extension GraphicsCard {
    /// The card of a name in ``all``, or of a device's name.
    public init?(named name: String) {
        guard let card = Self.all.first(where: { $0.name == name || $0.deviceName == name }) else { return nil }
        self = card
    }
}
