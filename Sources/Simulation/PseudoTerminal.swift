import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A pseudo-terminal: what is written to `master` comes out of the device at `path`, and the other way round.
final class PseudoTerminal: Sendable {
    let master: Int32
    /// Held open, so that a client that closes the device does not end the line.
    private let slave: Int32
    let path: String

    /// `TIOCSPTLCK` and `TIOCGPTN` of the kernel's `asm-generic/ioctls.h`; Swift imports no such macros.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: UInt32 = 0
        var lock: Int32 = 0
        guard master >= 0, ioctl(master, PseudoTerminal.setLock, &lock) == 0,
            ioctl(master, PseudoTerminal.getNumber, &number) == 0
        else {
            defer { if master >= 0 { close(master) } }
            throw SimulationError.system("open /dev/ptmx")
        }
        path = "/dev/pts/\(number)"
        let slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else {
            defer { close(master) }
            throw SimulationError.system("open \(path)")
        }
        // Raw from the start: until a client sets it so, the line would echo and translate.
        var settings = termios()
        tcgetattr(slave, &settings)
        cfmakeraw(&settings)
        tcsetattr(slave, TCSANOW, &settings)
        self.master = master
        self.slave = slave
    }

    deinit {
        close(slave)
        close(master)
    }

    func receive() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(master, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        _ = write(master, bytes, bytes.count)
    }
}
