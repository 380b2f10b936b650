/// A line to one or more Modbus devices; all units behind a gateway or on a serial bus share one.
public enum ModbusLink: Sendable, Hashable, CustomStringConvertible {
    case tcp(host: String, port: UInt16)
    case serial(SerialLine)

    /// `host:port`, or the path of the serial device.
    public var description: String {
        switch self {
        case .tcp(let host, let port): "\(host):\(port)"
        case .serial(let line): line.path
        }
    }

    /// Units that the line can address: 1 to 247, and on TCP 255, a device that is addressed by its IP address alone.
    func allows(unit: UInt8) -> Bool {
        switch self {
        case .tcp: (1...247).contains(unit) || unit == 255
        case .serial: (1...247).contains(unit)
        }
    }
}

/// A serial port that speaks Modbus RTU.
public struct SerialLine: Sendable, Hashable {
    public enum Parity: String, Sendable, CaseIterable { case none, even, odd }

    /// Best under `/dev/serial/by-path`: `ttyUSB` numbers change with the order of plugging.
    public let path: String
    public let baud: Int
    public let parity: Parity
    public let stopBits: Int

    public static let bauds = 1200...921_600

    /// 19,200 baud and even parity are the standard's default (Modbus over Serial Line 1.02, §2.5.1).
    public init(path: String, baud: Int = 19_200, parity: Parity = .even, stopBits: Int = 1) {
        self.path = path
        self.baud = baud
        self.parity = parity
        self.stopBits = stopBits
    }

    /// How long no byte may come before the line counts as silent: 3.5 characters, and never under what a USB adapter
    /// holds bytes back.
    var silenceMs: Int { max(20, 3_500 * 11 / baud + 1) }
}
